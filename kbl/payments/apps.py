from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "kbl.payments"
    label = "payments"
    verbose_name = "Betalingen"
