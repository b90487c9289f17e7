"""Going out unasked, on pages: plans, a period's rounds and their tasks, and what they come to."""
