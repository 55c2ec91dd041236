from django.apps import AppConfig


class DiscrepanciesConfig(AppConfig):
    name = "kbl.discrepancies"
    label = "discrepancies"
    verbose_name = "Verschillen"
