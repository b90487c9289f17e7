"""Thinking about a decision table as a whole: what is wrong with it, and what another one would do instead."""
