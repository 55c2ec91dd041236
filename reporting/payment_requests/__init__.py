"""Asking the province for the next instalment: a numbered paper, made by one and released by another."""
