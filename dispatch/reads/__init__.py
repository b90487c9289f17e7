"""Reads over record and district: the queue, one case, the invariants."""
