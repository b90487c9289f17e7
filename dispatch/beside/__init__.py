"""What stands beside the units of a district, in use."""
