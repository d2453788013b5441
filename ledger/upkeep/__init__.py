"""Keeping the box: backup, restore, recovery after a loss, and a look at what surrounds the ledger.

Nothing here answers a request; it is what ``sogoc backup``, ``restore``, ``recover`` and ``doctor`` do.
"""
