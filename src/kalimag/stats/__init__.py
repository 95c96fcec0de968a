"""Fitting and intervals on callables and arrays; nothing here knows what the numbers mean."""
