"""The rehearsal clock, wound forward: what falls due on the way happens, in order, as if the time had passed."""
