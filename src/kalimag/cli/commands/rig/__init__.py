"""Virtual experiments: real files of an experiment that never was, with the truth beside them."""
