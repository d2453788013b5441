"""Seasons, diary, practice, land, supplies, reminders and the paper diary."""
