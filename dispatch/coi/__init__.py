"""Complaints about the office's own people: who is named by a case, who may hold it, and from whom it is kept."""
