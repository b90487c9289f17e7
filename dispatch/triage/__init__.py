"""What nobody here is sure of waits for a person of the office, and goes where they say."""
