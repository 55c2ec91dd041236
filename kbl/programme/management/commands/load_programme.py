"""`manage.py load_programme FILE`: bring the programme's facts into the database, as often as you like."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kbl.programme.loader import load_file
from kbl.programme.programme_file import WrongProgrammeFile


class Command(BaseCommand):
    help = "Laadt een programmabestand. Een tweede keer laden verandert niets."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, metavar="BESTAND", help="programmes/limburg-2025-2027.toml")

    def handle(self, *args, file: Path, **options) -> None:
        try:
            loaded = load_file(file)
        except WrongProgrammeFile as wrong:
            count = len(wrong.sentences)
            listed = "\n".join(f"  - {sentence}" for sentence in wrong.sentences)
            raise CommandError(f"Er is niets geladen. {count} keer klopt er iets niet:\n{listed}") from None
        if loaded.nothing_changed:
            self.stdout.write("Alles staat er al zo; er is niets veranderd.")
            return
        for line in loaded.lines():
            self.stdout.write(line)
