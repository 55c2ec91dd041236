"""One of everything and everybody, for who tells it once."""

from tests.access.world import other_manager, other_official, things

__all__ = ["other_manager", "other_official", "things"]
