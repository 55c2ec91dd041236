from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kbl.accounts"
    label = "accounts"
    verbose_name = "Gebruikers"
