"""Several matters told in one message: a case each, one receipt."""
