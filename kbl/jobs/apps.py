from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "kbl.jobs"
    label = "jobs"
    verbose_name = "Werk op de achtergrond"

    def ready(self) -> None:
        """Every app may have a `jobs.py` with the work it does in the background."""
        autodiscover_modules("jobs")
