"""Sector templates: the steps of a trade, their fields and reference lists."""
