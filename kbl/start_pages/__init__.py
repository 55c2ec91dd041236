"""The first page of each audience, and what it is made of: what asks attention, what happened, what is still open."""
