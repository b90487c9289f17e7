"""A new case: what it is, where it is and whose, from what was understood."""
