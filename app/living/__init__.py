"""A sample district by living: made-up people live some weeks, by the real use cases, under a clock in our hand."""
