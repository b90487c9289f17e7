"""How raw input becomes values: texts made ready for matching, Chinese numerals, tables read cell by cell."""
