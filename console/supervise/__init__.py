"""Supervision: what is late, what failed, who is on duty, and lists to take along."""
