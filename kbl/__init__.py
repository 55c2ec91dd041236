"""KBL: the programme's own office. The Celery app loads with Django so that tasks find it."""

from kbl.celery import app as celery_app

__all__ = ["celery_app"]
