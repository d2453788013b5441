"""Quality: samples, what a laboratory found, and what may go on in spite of it."""
