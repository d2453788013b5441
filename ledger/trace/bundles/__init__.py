"""A lot's evidence in one file, and the walk that checks it."""
