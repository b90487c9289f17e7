"""Calls under way: our legs, the phones that they dial, and what is recorded in them."""
