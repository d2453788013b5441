"""Calling goods back: what it would reach, the decision, whom to tell, how it ended; and practising it."""
