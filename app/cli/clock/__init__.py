"""Commands that ask the clock and the calendar."""
