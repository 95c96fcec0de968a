"""Data and equations: the part physiologists edit. Nothing here is loaded until it is asked for."""
