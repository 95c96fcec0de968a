"""Begin something: files that are to be filled in."""
