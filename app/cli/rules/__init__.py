"""`hotline rules`: what is wrong with the decision table, what it would do, and what another one would do instead."""
