"""Figures: ours against a limit or a naive form, measured in one run on one machine. Never in the tests."""
