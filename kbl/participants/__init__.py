"""The organisations that take part, as Cubiss sees them: the list, the page of one, and how far a library is."""
