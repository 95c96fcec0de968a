"""Equations, one mechanism a file."""
