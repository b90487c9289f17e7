"""What matters are about, from the command line: suggestions, learning, trials."""
