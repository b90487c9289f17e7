"""The whole of an instance in one file and back; `hotline dump` and `load` move the database alone."""
