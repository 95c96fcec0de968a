"""From magnesium and potassium recordings to sourced numbers: read, measure, fit, explain, report."""
