"""The seal of a closed quarter: one hash over all that was known at its closing, chained to the quarter before."""
