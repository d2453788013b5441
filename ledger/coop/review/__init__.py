"""What a manager looks over: entries that something is to be said about. Nothing is edited here."""
