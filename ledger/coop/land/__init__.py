"""Fields as they lie: growing areas with their codes, and plots with their outlines."""
