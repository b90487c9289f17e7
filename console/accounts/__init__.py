"""Accounts: those of an office, kept by its administrators, and everybody's own."""
