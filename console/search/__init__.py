"""Finding a case by its number or by words."""
