"""The trace box, and a lot in both directions."""
