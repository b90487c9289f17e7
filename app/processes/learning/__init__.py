"""What `jobs` does beside sending: learns at night from what the office closed, and asks a second reader."""
