"""What the desks of an office look at and decide, from the command line."""
