import pkgutil
from importlib import import_module

from django.apps import AppConfig, apps


class JobsConfig(AppConfig):
    name = "kbl.jobs"
    label = "jobs"
    verbose_name = "Werk op de achtergrond"

    def ready(self) -> None:
        """Import the work that every app does in the background: its `jobs.py` and `*_jobs.py`.

        So that a worker, which opens no page, knows every kind of work too.
        """
        for app in apps.get_app_configs():
            for module in pkgutil.iter_modules([app.path]):
                if module.name == "jobs" or module.name.endswith("_jobs"):
                    import_module(f"{app.name}.{module.name}")
