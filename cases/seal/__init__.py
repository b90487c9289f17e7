"""What must stay secret, and what must not be changed unseen."""
