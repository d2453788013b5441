"""Orders and the teams that fill them."""
