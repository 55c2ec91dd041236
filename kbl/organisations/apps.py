from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "kbl.organisations"
    label = "organisations"
    verbose_name = "Organisaties"
