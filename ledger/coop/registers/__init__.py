"""What is entered once and used every day: organisations, members, partners, places, products, papers."""
