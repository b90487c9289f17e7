"""Numbered migrations, run by the owner role only (`hotline release`)."""
