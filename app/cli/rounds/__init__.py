"""Commands about going out unasked."""
