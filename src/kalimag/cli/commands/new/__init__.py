"""Begin something: files with the places marked that are to be filled in."""
