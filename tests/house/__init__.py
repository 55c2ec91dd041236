"""The house itself: its rooms, its templates, its words."""
