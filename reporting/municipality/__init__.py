"""What a municipality that logs in sees: itself as released reports tell it, its libraries and their agreements."""
