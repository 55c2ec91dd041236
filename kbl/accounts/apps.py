from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kbl.accounts"
    label = "accounts"
    verbose_name = "Gebruikers"

    def ready(self) -> None:
        from kbl.accounts import codes, resets
        from kbl.mail import outbox

        codes.remember_as_long_as_they_hold()
        outbox.composes(outbox.Purpose.RESET, resets.reset_letter)
