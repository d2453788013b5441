"""Devices of the people at work: asked for, taken in, and what they signed of what was recorded."""
