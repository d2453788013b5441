"""Doors, accounts, phones, the review queue, and what is erased."""
