from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "kbl.fund"
    label = "fund"
    verbose_name = "Lidmaatschapsfonds"

    def ready(self) -> None:
        """What a second person accepts here is made here."""
        from kbl.fund import asked  # noqa: F401
