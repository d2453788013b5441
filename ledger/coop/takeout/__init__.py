"""Everything that a cooperative owns, out again: for a person in a spreadsheet, for a program as JSON."""
