"""Workbooks and cells as people send them."""
