"""A case: its page, and what may be done with it."""
