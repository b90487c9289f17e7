"""Correction: what a case is about, where, and whom it names is put right; one case is split into several."""
