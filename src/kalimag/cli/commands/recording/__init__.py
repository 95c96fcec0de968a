"""Recordings: look at what a file holds."""
