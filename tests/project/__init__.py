"""The project itself: its rooms, its templates, its words."""
