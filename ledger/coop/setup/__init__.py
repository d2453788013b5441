"""Setting up: the questions of the first day, registers from a spreadsheet, and everything out again."""
