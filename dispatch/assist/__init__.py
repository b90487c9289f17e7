"""A second reader may propose what a matter is that nobody here was sure of. It only proposes, to people."""
