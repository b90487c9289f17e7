"""What an open transaction is made of."""
