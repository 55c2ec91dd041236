"""Is everything running? For a container, and for a host's cron when both worker and timetable may be dead."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from kbl import clock
from kbl.upkeep import health, watch
from kbl.upkeep.heartbeats import Name


class Command(BaseCommand):
    help = "Says whether worker and timetable live and work is begun; exit 1 when not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=Name.values, help="ask about this one alone")
        parser.add_argument("--mail", action="store_true", help="mail Cubiss about what is wrong, once, from here")

    def handle(self, *args, only: str | None, mail: bool, **options) -> None:
        at = clock.now()
        checks = health.background(at=at)
        if only:
            wanted = {Name(only).label, "database"}
            checks = [each for each in checks if each.name in wanted]
        if mail:
            watch.tell(at=at)
        for each in checks:
            self.stdout.write(str(each))
        if not all(each.well for each in checks):
            raise CommandError("Niet alles loopt.")
