"""The trace box: any identifier, both ways, all levels; from whom, to whom, and who holds what now."""
