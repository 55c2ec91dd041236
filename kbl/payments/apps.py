from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "kbl.payments"
    label = "payments"
    verbose_name = "Betalingen"

    def ready(self) -> None:
        """What a second person accepts here is made here."""
        from kbl.payments.bank import refunds  # noqa: F401
