"""The table and its reports as people read them: a sheet, headings and values in words, cells for a page."""
