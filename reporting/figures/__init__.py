"""The programme's figures: what is counted, as of which moment, and what of it may leave Cubiss."""
