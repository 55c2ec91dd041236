from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "kbl.intake"
    label = "intake"
    verbose_name = "Inlezen"
