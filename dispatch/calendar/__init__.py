"""The day table of an office: its hours, holidays, make-up days and closures, in versions that are only added to."""
