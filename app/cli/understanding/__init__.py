"""Commands that show what the house understands of a text; they ask no instance and no database."""
