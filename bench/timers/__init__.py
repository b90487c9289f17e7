"""Timers in the large: a million of them open, what an idle look costs, and RQ's scheduler beside them."""
