"""What came over the wire: its body, its signature, its parameters."""
