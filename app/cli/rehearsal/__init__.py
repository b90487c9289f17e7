"""Commands that exist for rehearsals alone."""
