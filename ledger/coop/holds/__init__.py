"""Goods set aside while a suspicion is looked into: private, and nothing held goes anywhere."""
