"""Evidence: the numbers, what was concluded from which papers, and who read them."""
