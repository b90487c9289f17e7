"""Telephones in people's hands: which are held, what their holders do in a call, and the interface that shows them."""
