"""A cooperative's working books: people, places, seasons, lots, stamps, shipments. One use case a verb."""
