"""Fields that the log holds only as commitments, and their disclosures."""
