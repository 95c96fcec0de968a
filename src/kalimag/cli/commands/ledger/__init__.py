"""Compare the numbers that runs have used."""
