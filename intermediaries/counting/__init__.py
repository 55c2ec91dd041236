"""Counted differently: numbers that somebody misses or has too many, until Cubiss settled them."""
