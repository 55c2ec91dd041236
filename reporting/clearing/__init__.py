"""What looks like somebody and stands in a column all the same: where it is, and clearing it without repeating it."""
