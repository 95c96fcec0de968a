"""One file per kind of experiment: from recordings and solutions to observations, a fit and an answer."""
