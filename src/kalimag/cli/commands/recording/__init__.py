"""Look at what a recording holds."""
