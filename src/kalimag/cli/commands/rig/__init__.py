"""Make a virtual experiment with a known truth."""
