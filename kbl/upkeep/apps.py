from celery.signals import worker_ready
from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "kbl.upkeep"
    label = "upkeep"
    verbose_name = "Onderhoud"

    def ready(self) -> None:
        """A worker signs that it lives, from the moment that it takes work."""
        from kbl.upkeep import watch

        worker_ready.connect(watch.start_in_worker)
