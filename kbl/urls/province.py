"""What the province sees: the reports, and nothing else."""

from reporting.portal.urls import urlpatterns

__all__ = ["urlpatterns"]
