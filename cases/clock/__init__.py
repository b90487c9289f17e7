"""Working time and what is promised in it."""
