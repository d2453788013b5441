"""What passes between a log and its witnesses: asking, answering, publishing. Knows no farm."""
