"""What stands beside a case and is no state of it, each announced to those whom it concerns."""
