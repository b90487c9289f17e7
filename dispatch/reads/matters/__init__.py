"""What the record teaches about matters."""
