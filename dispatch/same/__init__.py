"""The same matter again: what is alike, what is proposed and flagged because of it, and storms that are one event."""
