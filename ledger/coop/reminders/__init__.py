"""What should not be forgotten: pure rules over dates, shown on a page and in a calendar."""
