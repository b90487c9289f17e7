"""The map: the grids of the district with their open cases, drawn and as a table."""
