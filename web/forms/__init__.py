"""Forms: what is asked of a person, and how the answers become one command. Knows no request and no page."""
