"""Orders: what customers want, who works on it, which lots go to them, and what came of it."""
