"""Virtual experiments: real files with a known truth, from the same model that fits them."""
