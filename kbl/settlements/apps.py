from django.apps import AppConfig


class SettlementsConfig(AppConfig):
    name = "kbl.settlements"
    label = "settlements"
    verbose_name = "Afrekening"
