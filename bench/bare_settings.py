"""What Django does at the very least: a session, a user, a view."""

from bench.settings import *  # noqa: F403
from bench.settings import INSTALLED_APPS as ALL_APPS

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "bench.bare"
TEMPLATES = []
INSTALLED_APPS = [app for app in ALL_APPS if app != "allauth.account"]  # whose check asks for its middleware
