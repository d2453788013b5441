"""The guards, by what they look at; each module maps guard codes to rules. Pure."""
