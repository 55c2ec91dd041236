"""Editions: what people add to the draft of a quarter's report, its release by a second person, and what then stays."""
