from django.apps import AppConfig


class SecondPersonConfig(AppConfig):
    name = "kbl.second_person"
    label = "second_person"
    verbose_name = "Tweede persoon"
