from django.apps import AppConfig


class SettlementsConfig(AppConfig):
    name = "kbl.settlements"
    label = "settlements"
    verbose_name = "Afrekening"

    def ready(self) -> None:
        """What a second person accepts here is made here."""
        from kbl.settlements.statements import corrections  # noqa: F401
        from kbl.settlements.tariffs import asked  # noqa: F401
