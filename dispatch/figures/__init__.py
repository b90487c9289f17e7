"""The figures: what each one counts over what, in one place for pages, exports and commands."""
