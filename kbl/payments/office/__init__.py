"""The office's pages about paying."""
