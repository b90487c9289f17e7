"""An office learns from its own cases: what it learnt is compared before it takes over, and can be undone."""
