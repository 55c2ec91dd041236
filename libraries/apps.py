from django.apps import AppConfig


class LibrariesConfig(AppConfig):
    name = "libraries"
    label = "libraries"
    verbose_name = "Bibliotheken"
