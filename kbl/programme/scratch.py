"""A database to play in: made beside the real one with Django's own test machinery, and thrown away afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from django.core.management.base import CommandError
from django.db import OperationalError, connection

# What is played may be lost with the machine, so commits need not wait for the disk.
FORGETFUL_POSTGRESQL = " -c synchronous_commit=off"
FORGETFUL_SQLITE = " PRAGMA synchronous=OFF;"


@contextmanager
def scratch_database() -> Iterator[None]:
    """Inside, every query goes to an empty, migrated database of its own; the real one is not touched."""
    real, options = connection.settings_dict["NAME"], connection.settings_dict.setdefault("OPTIONS", {})
    test, before = connection.settings_dict["TEST"], dict(options)
    named_before = test["NAME"]
    with tempfile.TemporaryDirectory(prefix="kbl-") as folder:
        if connection.vendor == "sqlite":
            test["NAME"] = str(Path(folder) / "scratch.sqlite3")
            options["init_command"] = options.get("init_command", "") + FORGETFUL_SQLITE
        else:
            _assert_reachable()
            test["NAME"] = f"{str(real)[:40]}_scratch_{os.getpid()}"
            options["options"] = options.get("options", "") + FORGETFUL_POSTGRESQL
        connection.close()
        try:
            _create()
            try:
                yield
            finally:
                connection.creation.destroy_test_db(str(real), verbosity=0)
        finally:
            test["NAME"] = named_before
            options.clear()
            options.update(before)
            connection.close()


def _create() -> None:
    try:
        with redirect_stdout(StringIO()):  # it tells, whatever its verbosity, that a migration made the cache's table
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    except SystemExit:  # the test machinery's way of saying that the server refused
        raise CommandError(
            "De database-server maakt geen database om in te spelen."
            " Geef de gebruiker van DATABASE_URL het recht CREATEDB, of laat DATABASE_URL weg: dan kan het met SQLite."
        ) from None


def _assert_reachable() -> None:
    try:
        connection.ensure_connection()
    except OperationalError:
        raise CommandError("De database-server antwoordt niet. Start hem, of kijk DATABASE_URL na.") from None
