"""Ask where the numbers come from."""
