from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "kbl.programme"
    label = "programme"
    verbose_name = "Programma"
