"""Two telephones on a page, and the tour: rehearsal only."""
