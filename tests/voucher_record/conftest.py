"""The same Monday as the office's own stories, with the same browsers."""

from tests.office.conftest import carla, log_in, monday

__all__ = ["carla", "log_in", "monday"]
