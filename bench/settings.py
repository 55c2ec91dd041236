"""KBL's own settings; the scratch database's name comes from the environment, for the servers that the bench starts."""

import os
import re

from kbl.settings import *  # noqa: F403
from kbl.settings import DATABASES, STORAGES

if name := os.environ.get("BENCH_DATABASE"):
    DATABASES["default"]["NAME"] = name
# To fill a million rows takes longer than production gives a question; what is measured may put the limits back.
AS_IN_PRODUCTION = DATABASES["default"]["OPTIONS"]["options"]
DATABASES["default"]["OPTIONS"]["options"] = " ".join(re.findall(r"-c (?:jit|work_mem)=\S+", AS_IN_PRODUCTION))
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# One way of being logged in that both servers accept.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "kbl.accounts.backends.RoleBackend"]
