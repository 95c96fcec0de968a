"""The errors of the guide that matter: one file each, found by being there."""
