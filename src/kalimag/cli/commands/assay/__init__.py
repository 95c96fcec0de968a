"""Measure something in recordings."""
