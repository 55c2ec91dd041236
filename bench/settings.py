"""KBL's own settings; the scratch database's name comes from the environment, for the servers that the bench starts."""

import os

from kbl.settings import *  # noqa: F403
from kbl.settings import DATABASES, STORAGES

if name := os.environ.get("BENCH_DATABASE"):
    DATABASES["default"]["NAME"] = name
DATABASES["default"]["OPTIONS"]["options"] = "-c jit=off"  # no time limits: a million rows take long
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# One way of being logged in that both servers accept.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "kbl.accounts.backends.RoleBackend"]
