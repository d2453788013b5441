"""Goods held back, recalled, and recalled for practice."""
