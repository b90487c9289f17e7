"""The loop as use cases: the worker's deeds, what proves them, what the resident is told and asked."""
