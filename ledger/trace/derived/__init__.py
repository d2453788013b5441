"""Tables derived from the log, and the memory that spares reading them again."""
