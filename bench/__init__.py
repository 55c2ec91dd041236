"""Measurements: the busy paths beside the bare engine, in one run, as ratios. `make bench`."""
