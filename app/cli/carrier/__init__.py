"""Commands about the carrier of calls and texts."""
