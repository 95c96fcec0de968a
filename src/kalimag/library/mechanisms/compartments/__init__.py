"""Membranes and the spaces between them."""
