"""`manage.py demo`: the whole of KBL on this machine with a made-up history; no server needed.

The history is made in a file of its own and gets its place when it is complete: a start that was broken off leaves
nothing behind that a next start could mistake for a demonstration.
"""

import os
import socket
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application
from django.db import connection

from kbl import clock
from kbl.accounts.models import Role, User
from kbl.jobs import worker
from kbl.organisations.models import Organisation, Programme
from kbl.programme.agenda import moment
from kbl.programme.demo import history
from kbl.programme.demo.cast import LOGINS, PASSWORD
from kbl.programme.loader import LoadRefused
from kbl.programme.programme_file import LIMBURG, read

HOST = "127.0.0.1"
BESIDE = ("", "-wal", "-shm", "-journal")
# Nobody waits for the disk at every act: what is broken off is made again, and the whole is written out at the end.
UNSYNCED = "PRAGMA synchronous=OFF;"


class Command(BaseCommand):
    help = "Start KBL met een verzonnen geschiedenis. Een tweede keer starten bewaart wat u deed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--reset", action="store_true", help="gooi de demonstratie weg en begin opnieuw")
        parser.add_argument("--port", default="8000", metavar="POORT", help="op welke poort (standaard 8000)")
        parser.add_argument("--no-serve", action="store_true", help="maak alleen de gegevens")
        parser.add_argument("--today", metavar="DAG", help="tot en met welke dag de geschiedenis loopt: 2026-11-22")

    def handle(self, *args, reset: bool, port: str, no_serve: bool, today: str | None, **options) -> None:
        if not settings.DEMO:
            raise CommandError(
                "De demonstratie maakt bekende wachtwoorden en draait daarom niet op deze database."
                " Laat DATABASE_URL weg, of zet DEMO=1 als u het zeker weet."
            )
        until, number = _until(today), _port(port)
        if not no_serve:
            _assert_free(number)
        if reset:
            self._throw_away()
        self._prepare(until)
        self._introduce(number)
        if not no_serve:
            self._serve(number)

    # --- the data ----------------------------------------------------------------------------------------------------

    def _prepare(self, until: datetime) -> None:
        if connection.vendor == "sqlite":
            place = Path(connection.settings_dict["NAME"])
            if not place.exists() or _is_empty():
                self._make_in_file(place, until)
            call_command("migrate", verbosity=0)
            return
        call_command("migrate", verbosity=0)
        if history.is_told():
            return
        if Programme.objects.exists():
            raise CommandError("In deze database staat al iets anders. Geef de demonstratie een lege database.")
        self._tell(until)

    def _make_in_file(self, place: Path, until: datetime) -> None:
        """Make the whole history beside its place, and put it there at once when it is complete."""
        making = place.with_name(f"{place.name}.making")
        if making.exists():
            self._say("Een eerdere start is afgebroken; we beginnen opnieuw.")
            _remove(making)
        place.parent.mkdir(parents=True, exist_ok=True)
        connection.close()
        options = connection.settings_dict["OPTIONS"]
        usual = options["init_command"]
        connection.settings_dict["NAME"] = str(making)
        options["init_command"] = f"{usual}{UNSYNCED}"
        try:
            call_command("migrate", verbosity=0)
            self._tell(until)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
            connection.settings_dict["NAME"] = str(place)
            options["init_command"] = usual
        _write_out(making)
        _remove(place)
        os.replace(making, place)

    def _tell(self, until: datetime) -> None:
        self.stdout.write("KBL maakt een geschiedenis voor de demonstratie. Dat duurt ongeveer een minuut.")
        self.stdout.flush()
        try:
            history.build(until=until, say=self._say)
        except LoadRefused as refused:
            raise CommandError("\n".join(refused.sentences)) from None
        except KeyboardInterrupt:
            raise CommandError("Afgebroken. Een volgende start begint opnieuw.") from None

    def _throw_away(self) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("--reset gooit alleen een SQLite-bestand weg. Maak zelf een lege database.")
        connection.close()
        place = Path(connection.settings_dict["NAME"])
        _remove(place)
        _remove(place.with_name(f"{place.name}.making"))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    # --- the server --------------------------------------------------------------------------------------------------

    def _introduce(self, port: int) -> None:
        names = dict(Organisation.objects.values_list("slug", "name"))
        rows = [
            (login.email, " en ".join(Role(role).label for role in login.roles), names.get(login.organisation, ""))
            for login in LOGINS
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        self._say(f"\nKBL staat klaar op  http://{HOST}:{port}/\n")
        for email, roles, organisation in rows:
            self._say(f"  {email:<{widths[0]}}  {roles:<{widths[1]}}  {organisation}".rstrip())
        self._say(f"\nHet wachtwoord is voor iedereen: {PASSWORD}\n")

    def _serve(self, port: int) -> None:
        settings.SITE_URL = f"http://{HOST}:{port}"
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        worker.start_in_process()
        self._say("Stoppen: Ctrl-C. Opnieuw beginnen: make demo-reset.")
        try:
            server = ThreadedWSGIServer((HOST, port), QuietHandler)
        except OSError:
            raise CommandError(_taken(port)) from None
        server.set_app(get_internal_wsgi_application())
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self._say("\nGestopt. Wat u deed, is bewaard.")
        finally:
            server.server_close()


class QuietHandler(WSGIRequestHandler):
    """No line per request: the address and the log-ins stay in view."""

    def log_message(self, *args) -> None:
        """Errors are told by the application itself."""


def _until(today: str | None) -> datetime:
    """Up to when the story goes: now, or the end of the day asked for; never past the programme."""
    last = moment(read(LIMBURG).programme.ends_on, 17, 30)
    if today is None:
        return min(clock.now(), last)
    try:
        return min(moment(date.fromisoformat(today), 17, 30), last)
    except ValueError:
        raise CommandError(f"--today: {today!r} is geen dag. Schrijf hem als 2026-11-22.") from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise CommandError(f"--port: {text!r} is geen poort. Kies een getal van 1 tot en met 65535, zoals 8000.")
    return int(text)


def _assert_free(port: int) -> None:
    """Said at once, not after a minute of making history."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CommandError(f"Poort {port} mag u niet gebruiken. Kies er een boven 1023, zoals 8000.") from None
        except OSError:
            raise CommandError(_taken(port)) from None


def _taken(port: int) -> str:
    return (
        f"Poort {port} is al in gebruik, misschien door een andere demonstratie. Stop die, of kies --port {port + 1}."
    )


def _is_empty() -> bool:
    """A database that some other command touched, and in which nobody put anything yet."""
    if Programme._meta.db_table not in connection.introspection.table_names():
        return True
    return not (Programme.objects.exists() or User.objects.exists())


def _write_out(made: Path) -> None:
    """Until the disk has all of it, the history does not get its place."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(place: Path) -> None:
    for ending in BESIDE:
        place.with_name(place.name + ending).unlink(missing_ok=True)
