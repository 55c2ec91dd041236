"""What a municipality sees: its own figures as they were released, its libraries and their agreements."""

from reporting.municipality.urls import urlpatterns

__all__ = ["urlpatterns"]
