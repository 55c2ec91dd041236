"""`manage.py check_books`: everything that must hold in the books, checked at one moment. Changes nothing."""

from time import perf_counter

from django.core.management.base import BaseCommand, CommandError

from kbl.formats import number
from reporting import integrity

SHOWN = 20


class Command(BaseCommand):
    help = "Kijkt de boeken na: elke afspraak is een vraag die geen antwoord mag hebben. Verandert niets."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--quiet", action="store_true", help="noem alleen wat niet klopt")
        parser.add_argument("--all-rows", action="store_true", help=f"toon elke rij, niet alleen de eerste {SHOWN}")

    def handle(self, *args, quiet: bool, all_rows: bool, **options) -> None:
        started = perf_counter()
        wrong = checked = 0
        with integrity.snapshot():
            for outcome in integrity.check():
                checked += 1
                wrong += not outcome.holds
                if not (quiet and outcome.holds):
                    self._tell(outcome, None if all_rows else SHOWN)
        seconds = f"{number(checked)} afspraken nagekeken in {perf_counter() - started:.2f} s".replace(".", ",")
        if wrong:
            raise CommandError(f"{seconds}. Niet in orde: {number(wrong)}.", returncode=1)
        self.stdout.write(f"{seconds}. De boeken kloppen.")

    def _tell(self, outcome: integrity.CheckOutcome, most: int | None) -> None:
        """One line per invariant; under it the rows that should not be there."""
        verdict = "klopt" if outcome.holds else f"{number(len(outcome.rows))} niet in orde"
        milliseconds = f"{outcome.seconds * 1000:.0f} ms"
        self.stdout.write(f"{verdict:>18}  {milliseconds:>7}  {outcome.invariant.title} ({outcome.invariant.name})")
        for row in outcome.rows[:most]:
            self.stdout.write("".ljust(29) + ", ".join(f"{name}={value}" for name, value in row.items()))
        if most is not None and len(outcome.rows) > most:
            self.stdout.write("".ljust(29) + f"… en nog {number(len(outcome.rows) - most)}; zie --all-rows")
