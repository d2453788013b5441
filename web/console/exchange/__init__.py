"""What other people and their programs are told, as the office sees and steers it."""
