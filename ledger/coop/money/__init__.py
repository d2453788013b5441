"""What work costs and brings in: private, for the office only, never in the log and never public."""
