"""What the public reports about a passport page (Decree 37/2026, Art. 19.3), and what came of it."""
