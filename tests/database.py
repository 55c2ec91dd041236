"""The test's database: migrated once and copied from there, and emptied by looking first what is in it.

Migrating takes twenty seconds of a processor, copying half a second, and every worker needs a database of its own, on
either engine. So whoever comes first migrates and keeps the result: a template beside its database on PostgreSQL, a
file in `var/tests/` for SQLite. Its name holds a hash of the migrations and of all code of ours that they lean on, so
that nothing is ever taken from an older one.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import management
from django.db import connection, transaction
from django.test.utils import setup_databases as django_setup_databases

KEPT = settings.VAR / "tests"
TEMPLATE = "kbl_template_"
# For a process that a test starts with an environment of its own: it need not compile what is compiled already.
BYTECODE = {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ}
SMALL = 4_000_000  # bytes of a table that is quicker to delete from than to truncate


# --- migrated once --------------------------------------------------------------------------------------------------


def _imported(path: Path) -> Iterator[Path]:
    """The files of ours that a file imports, as far as its text says."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        for name in names:
            place = settings.BASE_DIR / name.replace(".", "/")
            yield from (each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file())


def decisive() -> set[Path]:
    """The files that decide what a migrated database looks like."""
    ours = [each for each in settings.BASE_DIR.iterdir() if each.is_dir() and not each.name.startswith(".")]
    waiting = [each for room in ours for each in room.glob("**/migrations/*.py")]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _imported(path)
    return seen | set((settings.BASE_DIR / "requirements").glob("*.txt"))


@cache
def fingerprint() -> str:
    """Of the content of all those files."""
    content = hashlib.sha256()
    for path in sorted(decisive()):
        content.update(f"{path.relative_to(settings.BASE_DIR)}\n".encode() + path.read_bytes())
    return content.hexdigest()[:16]


def setup_databases(*args, keepdb: bool = False, **kwargs):
    """Django's own, with copies; who asks to keep a database from run to run (--reuse-db) gets what Django does."""
    with nullcontext() if keepdb else migrated_once():
        return django_setup_databases(*args, keepdb=keepdb, **kwargs)


@contextmanager
def migrated_once() -> Iterator[None]:
    """In here, a test database that is made is a copy; the first of all workers to come migrates it and keeps it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keeping = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
        with keeping():
            yield


@contextmanager
def _instead_of_migrating(act) -> Iterator[None]:
    real = management.call_command

    def call(command: str, *args, **options) -> None:
        act() if command == "migrate" else real(command, *args, **options)

    with mock.patch.object(management, "call_command", call):
        yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    name = TEMPLATE + fingerprint()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{TEMPLATE}%"])
        there = {each for (each,) in cursor.fetchall()}
        for older in there - {name}:
            cursor.execute(f'DROP DATABASE "{older}"')
    if name not in there:
        yield
        made = connection.settings_dict["NAME"]
        connection.close()
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            # Under its name only when it is whole: a copy that is cut off is no template.
            cursor.execute(f'CREATE DATABASE "{name}_half" TEMPLATE "{made}"')
            cursor.execute(f'ALTER DATABASE "{name}_half" RENAME TO "{name}"')
        return
    test = connection.settings_dict["TEST"]
    with mock.patch.dict(test, TEMPLATE=name), _instead_of_migrating(lambda: None):
        yield


def migrated_file(path: Path) -> None:
    """Put a migrated SQLite database at this path, for a process that a test starts."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "sqlite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = _kept_file()
        if not kept.exists():
            half = kept.with_suffix(".half")
            half.unlink(missing_ok=True)
            environment = os.environ | {"DATABASE_URL": f"sqlite:///{half}", "REDIS_URL": "", "DEMO": "true"}
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
            with sqlite3.connect(half) as whole:
                whole.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
            half.rename(kept)
        shutil.copy(kept, path)


def _kept_file() -> Path:
    return KEPT / f"migrated-{fingerprint()}.sqlite3"


@contextmanager
def _on_sqlite() -> Iterator[None]:
    kept = _kept_file()

    def fill() -> None:
        connection.ensure_connection()
        with sqlite3.connect(kept) as source:
            source.backup(connection.connection)

    if kept.exists():
        with _instead_of_migrating(fill):
            yield
        return
    yield
    for older in KEPT.glob("*.sqlite3"):
        older.unlink()
    half = kept.with_suffix(".half")
    half.unlink(missing_ok=True)
    with sqlite3.connect(half) as target:
        connection.connection.backup(target)
    half.rename(kept)


# --- shared ---------------------------------------------------------------------------------------------------------


@contextmanager
def shared(blocker, make: Callable[[], object]) -> Iterator[None]:
    """A history that is dear to make, for all tests of a class or a file; what one of them changes is taken back.

    For a fixture with that scope: `with shared(django_db_blocker, make): yield`. Those tests work in a transaction.
    """
    with blocker.unblock(), transaction.atomic():
        make()
        connection.run_on_commit.clear()  # as in a transaction of a test: no task is started, no mail is sent
    yield
    with blocker.unblock():
        empty()


# --- emptied --------------------------------------------------------------------------------------------------------


def empty() -> None:
    """Empty every table that has something in it, but those that Django fills itself and no test changes.

    Django's own way empties all of them and then writes content types and rights anew: a second after every test in
    which others must see what was written (threads, browsers).
    """
    own = {ContentType._meta.db_table, Permission._meta.db_table}
    tables = [each for each in connection.introspection.django_table_names(only_existing=True) if each not in own]
    _empty_on_postgresql(tables) if connection.vendor == "postgresql" else _empty_on_sqlite(tables)


def _filled(cursor, tables: list[str]) -> list[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM \"{each}\")" for each in tables))
    return [name for (name,) in cursor.fetchall()]


def _empty_on_postgresql(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        filled = _filled(cursor, tables)
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE pg_relation_size(quote_ident(name)) > %s", [filled, SMALL]
        )
        large = [name for (name,) in cursor.fetchall()]
        # Neither a guard nor a reference stops the owner of the server in this session.
        cursor.execute("SET session_replication_role = replica")
        for name in filled:
            cursor.execute(f'TRUNCATE "{name}" CASCADE' if name in large else f'DELETE FROM "{name}"')
        cursor.execute("SET session_replication_role = DEFAULT")


def _empty_on_sqlite(tables: list[str]) -> None:
    """Append-only tables refuse DELETE here too: their triggers are set aside for that moment."""
    with connection.cursor() as cursor:
        filled = _filled(cursor, tables)
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [(name, sql) for name, table, sql in cursor.fetchall() if table in filled]
        cursor.execute("PRAGMA foreign_keys = OFF")
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')
        for _, sql in triggers:
            cursor.execute(sql)
        cursor.execute("PRAGMA foreign_keys = ON")
