"""Looking at a log with distrust: one's own from its bytes (fsck), another's from outside (monitor)."""
