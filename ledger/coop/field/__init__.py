"""Seasons from the first sowing to the harvest, the diary and its sheets, goods taken in from outside."""
