"""From results to what a person reads: sections, figures, tables and the one page that holds them."""
