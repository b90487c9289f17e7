"""Commands that show what the house understands of a text; where no database is at hand they need none."""
