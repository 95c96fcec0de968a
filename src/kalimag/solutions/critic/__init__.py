"""Critics of solutions: each file here is one rule, `find(pair)`, that returns a Finding or None."""
