"""Assays: measure something in recordings."""
