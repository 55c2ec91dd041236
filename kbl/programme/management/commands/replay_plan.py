"""`manage.py replay_plan [--renewal 0.7] [--scale 1.0]`: play the whole plan and lay its figures beside the books'."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kbl.formats import euro, number
from kbl.fund import ledger
from kbl.programme import plan
from kbl.programme.loader import load
from kbl.programme.player import NobodyOpen, Player
from kbl.programme.programme_file import LIMBURG, ProgrammeFile, WrongProgrammeFile, read
from kbl.programme.scratch import scratch_database

ONE, LARGEST = Decimal(1), Decimal(50)
LABEL, CELL = 31, 10


class Command(BaseCommand):
    help = "Speelt het hele plan na in een eigen database en legt de cijfers van het plan naast die van de boeken."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--renewal", default="1.0", metavar="DEEL", help="welk deel van de leden elk jaar verlengt, van 0 tot 1"
        )
        parser.add_argument(
            "--scale", default="1.0", metavar="MAAT", help="hoeveel keer zo veel vouchers; 0.1 is snel klaar"
        )
        parser.add_argument("--file", type=Path, default=LIMBURG, metavar="BESTAND", help="het programmabestand")

    def handle(self, *args, renewal: str, scale: str, file: Path, **options) -> None:
        rate, size = _decimal("--renewal", renewal), _decimal("--scale", scale)
        if not 0 <= rate <= 1:
            raise CommandError("--renewal is een deel van de leden: kies een getal van 0 tot en met 1, zoals 0.7.")
        if not 0 < size <= LARGEST:
            raise CommandError(f"--scale is meer dan 0 en hooguit {LARGEST}: 1 is het hele plan, 0.1 een tiende.")
        try:
            programme = read(file)
        except WrongProgrammeFile as error:
            raise CommandError("\n".join(error.sentences)) from None
        settings.CLOCK_MAY_DIFFER_MINUTES = 0  # the years that are played lie ahead of every clock
        with scratch_database():
            load(programme)
            try:
                Player(programme, renewal=rate, scale=size, say=self._say).play()
            except NobodyOpen as nobody:
                raise CommandError(
                    f"In {nobody.year} is een doel gesteld, maar er doet nog geen bibliotheek mee."
                ) from None
            except KeyboardInterrupt:
                raise CommandError("Afgebroken. De database om in te spelen wordt weer weggegooid.") from None
            wrong = self._compare(programme, rate, size)
            for sentence in wrong:
                self._say(f"VERSCHIL  {sentence}")
            call_command("check_books", quiet=True, stdout=self.stdout, stderr=self.stderr)
        if wrong:
            raise CommandError(f"De boeken wijken {len(wrong)} keer af van het plan.")
        self.stdout.write("De boeken zijn tot op de cent gelijk aan het plan.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _compare(self, programme: ProgrammeFile, rate: Decimal, size: Decimal) -> list[str]:
        """Print the table, plan beside result; a sentence for every difference."""
        expected, booked = plan.expected(programme, renewal=rate, scale=size), plan.booked()
        everyone = plan.total(plan.expected(programme, renewal=ONE, scale=size)).fund
        for line in table(expected, booked):
            self.stdout.write(line)
        spent, received = ledger.spent(), ledger.received()
        self.stdout.write(f"\nin het fonds gestort    {euro(received):>14}")
        self.stdout.write(f"uit het fonds betaald   {euro(spent):>14}")
        self.stdout.write(f"niet besteed            {euro(received - spent):>14}\n\n")
        wrong = list(plan.budget_differences(programme))
        wrong += [
            f"{each.measure}, {each.when}: plan {each.plan}, boeken {each.result}"
            for each in plan.differences(expected, booked)
        ]
        unspent = everyone - plan.total(expected).fund
        if received - spent != unspent:
            wrong.append(f"niet besteed: plan {unspent}, boeken {received - spent}")
        return wrong


def table(expected: plan.PlanFigures, booked: plan.PlanFigures) -> list[str]:
    """The table of the plan: per year and in total, what was planned beside what the books say."""
    years = sorted(expected.keys() | booked.keys())
    none = plan.YearFigures()
    columns = [(str(year), expected.get(year, none), booked.get(year, none)) for year in years]
    columns.append(("totaal", plan.total(expected), plan.total(booked)))
    lines = ["", " " * LABEL + "".join(f"{name:>{2 * CELL}}" for name, _, _ in columns)]
    lines.append(" " * LABEL + f"{'plan':>{CELL}}{'boeken':>{CELL}}" * len(columns))
    for measure, label in plan.MEASURES.items():
        cells = []
        for name, planned, found in columns:
            shown = not (measure == "running" and name == "totaal")  # a member of three years is not three members
            cells += [_cell(getattr(each, measure)) if shown else "" for each in (planned, found)]
        lines.append(f"{label:<{LABEL}}" + "".join(f"{cell:>{CELL}}" for cell in cells))
    return lines


def _cell(value: Decimal | int) -> str:
    """Whole euros when they are whole; a cent is never hidden."""
    return number(value, 0 if value == int(value) else 2)


def _decimal(argument: str, text: str) -> Decimal:
    try:
        value = Decimal(str(text).replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise CommandError(f"{argument}: {text!r} is geen getal. Schrijf bijvoorbeeld 0.7.")
    return value
