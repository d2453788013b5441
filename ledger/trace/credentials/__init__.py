"""Credentials of sealed lots: what they say, who says it, whether it still stands. Pure but ``places``."""
