from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "kbl.mail"
    label = "mail"
    verbose_name = "Post"
