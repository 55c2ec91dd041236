"""`python -m tests.migrated_already COMMAND ...`: manage.py, but an empty SQLite file is migrated by copying one.

For a test that starts a command of ours as people do, and is about something else than migrating or hashing passwords.
"""

import os
import sys
from pathlib import Path
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbl.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.core.management.commands import migrate  # noqa: E402
from django.db import connection  # noqa: E402

from tests.database import migrated_file  # noqa: E402

IN_EARNEST = migrate.Command.handle


def handle(command: migrate.Command, *args, **options) -> str | None:
    """A database that has tables already is migrated as ever."""
    if connection.introspection.table_names():
        return IN_EARNEST(command, *args, **options)
    connection.close()
    migrated_file(Path(connection.settings_dict["NAME"]))
    return None


if __name__ == "__main__":
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with mock.patch.object(migrate.Command, "handle", handle):
        execute_from_command_line(sys.argv)
