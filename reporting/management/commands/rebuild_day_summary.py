"""Makes the day summary of the dashboard anew from the facts."""

from django.core.management.base import BaseCommand

from kbl.formats import counted
from reporting.dashboard import summarising


class Command(BaseCommand):
    help = "Maakt de dagtotalen van het dashboard opnieuw uit de feiten."

    def handle(self, **options) -> None:
        """The pages stay right meanwhile: they count the facts beside the summary."""
        rows = summarising.rebuild()
        self.stdout.write(f"De dagtotalen zijn opnieuw gemaakt: {counted(rows, 'rij', 'rijen')}.")
