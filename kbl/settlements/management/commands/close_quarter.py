"""`close_quarter 2025-Q4 [--preview]`: closing a quarter without a screen, by the same functions as the button."""

from argparse import ArgumentParser
from collections.abc import Iterable
from decimal import Decimal

from django.core.management.base import BaseCommand, CommandError

from kbl import clock
from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.formats import euro
from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.closing import after_closing, clock_check, closing
from kbl.settlements.sentences import CLOSING_REFUSALS, enumerate_dutch, sentence

Cells = tuple[str, str, str, str, str]
HEAD: Cells = ("Soort", "Partij", "Regels", "Zonder btw", "Uit te betalen")


class Command(BaseCommand):
    help = "Sluit een kwartaal: afrekeningen, documenten en mail. Met --preview alleen kijken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("quarter", metavar="KWARTAAL", help="bijvoorbeeld 2025-Q4")
        parser.add_argument(
            "--preview", action="store_true", help="laat zien wat iedereen zou krijgen; er verandert niets"
        )
        parser.add_argument(
            "--clock-is-right", action="store_true", help="er is gekeken: er was echt lang geen melding, de klok klopt"
        )
        parser.add_argument("--by", metavar="E-MAIL", default="", help="wie sluit; anders de eerste van financiën")

    def handle(self, *args, **options) -> None:
        quarter = self._quarter(options["quarter"])
        if not Programme.objects.exists():
            raise CommandError("Er is nog geen programma: laad het eerst met load_programme.")
        now = clock.now()
        try:
            if options["preview"]:
                self._show_preview(quarter, closing.preview(quarter, at=now))
            else:
                clock_check.assert_trusted(quarter, at=now, sure=options["clock_is_right"])
                self._show_result(after_closing.close_now(quarter, by=self._closer(options["by"]), at=now))
        except CLOSING_REFUSALS as refused:
            raise CommandError(sentence(refused)) from refused

    def _quarter(self, typed: str) -> Quarter:
        try:
            return Quarter.parse(typed)
        except ValueError as error:
            raise CommandError(f"{typed} is geen kwartaal: typ bijvoorbeeld 2025-Q4.") from error

    def _closer(self, email: str) -> User:
        """Who closes: somebody who could press the button too."""
        may = User.objects.that_may(Right.CLOSE)
        if email:
            found = may.filter(email__iexact=email).first()
            if found is None:
                raise CommandError(
                    f"{email} is geen coördinator of financiële medewerker: kies met --by iemand die dat is."
                )
            return found
        who_keeps_books = User.objects.that_may(Right.KEEP_BOOKS).filter(pk__in=may.order_by())
        if found := who_keeps_books.order_by("pk").first() or may.order_by("pk").first():
            return found
        raise CommandError("Er is nog geen coördinator of financiële medewerker: maak eerst een gebruiker met die rol.")

    def _show_preview(self, quarter: Quarter, parties: list[closing.PartyTotals]) -> None:
        self.stdout.write(f"Voorbeeld van het {quarter.label}; er ligt nog niets vast.")
        self._table(
            (each.get_kind_display, str(each.organisation), str(each.lines), euro(each.net), euro(each.payable))
            for each in parties
        )
        self._sum(len(parties), sum((each.net for each in parties), ZERO))
        if poor := [str(each.organisation) for each in parties if each.lacks_iban]:
            self.stdout.write(self.style.WARNING(f"Zonder rekeningnummer (IBAN): {enumerate_dutch(poor)}."))
        for organisation, missing in closing.lacking_legal_data(parties):
            words = f"Voor de e-factuur ontbreekt van {organisation}: {enumerate_dutch(missing)}."
            self.stdout.write(self.style.WARNING(words))

    def _show_result(self, closed) -> None:
        statements = list(closed.statements.select_related("organisation").order_by("kind", "organisation__name"))
        self._table(
            (
                each.number or "nulopgave",
                str(each.organisation),
                str(each.lines.count()),
                euro(each.net),
                euro(each.payable),
            )
            for each in statements
        )
        self._sum(len(statements), sum((each.net for each in statements), ZERO))
        progress = after_closing.progress(closed)
        self.stdout.write(
            self.style.SUCCESS(
                f"Het {closed.quarter.label} is gesloten: {progress.documents} documenten gemaakt,"
                f" {progress.mailed} mails verstuurd."
            )
        )

    def _sum(self, count: int, net: Decimal) -> None:
        self.stdout.write(f"{count} afrekeningen, samen {euro(net)} zonder btw.")

    def _table(self, rows: Iterable[Cells]) -> None:
        """Names left, amounts right, as wide as they need."""
        table = [HEAD, *rows]
        widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
        for row in table:
            left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
            right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
            self.stdout.write("  ".join(left + right).rstrip())
