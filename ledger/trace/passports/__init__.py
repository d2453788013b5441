"""What a passport tells of a lot: its facts, journey, story and verdict."""
