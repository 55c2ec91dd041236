from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "kbl.fund"
    label = "fund"
    verbose_name = "Lidmaatschapsfonds"
