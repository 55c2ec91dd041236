"""After a backup was put back: every series of numbers goes on past what may have been given out since that backup."""

from collections.abc import Iterator
from datetime import date, datetime

from django.core.management.base import BaseCommand
from django.db import transaction

from intermediaries.orders.models import OrderCounter
from kbl import clock
from kbl.organisations import number_series
from kbl.organisations.number_series import VOUCHERS, NumberGap
from kbl.payments.runs.runs import SERIES as RUNS
from kbl.periods import Quarter
from kbl.settlements.models import Closing, NumberSeries
from libraries.models import Participation
from reporting.payment_requests.requests import SERIES as REQUESTS
from vouchers.models import SerialCounter
from vouchers.numbers import LAST_SERIAL, show_serial

# More than Limburg orders in a year, and than any series of documents gets in two quarters.
SERIALS, NUMBERS = 100_000, 100


class Command(BaseCommand):
    """`manage.py after_restore [--serials 100000] [--numbers 100]`: run it once, before anybody works again.

    With both at 0 nothing is passed over but what `KBL_SERIES_FILE` knows, and that file is brought up to date.
    """

    help = "Na het terugzetten van een reservekopie: geen nummer wordt een tweede keer uitgegeven."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--serials", type=int, default=SERIALS, help="zoveel vouchernummers overslaan")
        parser.add_argument("--numbers", type=int, default=NUMBERS, help="zoveel nummers per andere reeks overslaan")

    @transaction.atomic
    def handle(self, *args, serials: int, numbers: int, **options) -> None:
        at, marks = clock.now(), number_series.marks()
        counter, _ = SerialCounter.objects.select_for_update().get_or_create(pk=1)
        counted = counter.next_serial - 1
        last = min(max(marks.get(VOUCHERS, 0), counted + serials), LAST_SERIAL)
        counter.next_serial = self._go_on(VOUCHERS, counted, last, at) + 1
        counter.save(update_fields=["next_serial"])
        self.stdout.write(f"Vouchers gaan verder na {show_serial(counter.next_serial - 1)}.")
        for row, name in _counters(clock.local_day(at), {*marks} - {VOUCHERS}):
            margin = numbers if _may_still_grow(name, clock.local_day(at)) else 0
            until = max(marks.get(name, 0), row.last_number + margin)
            row.last_number = self._go_on(name, row.last_number, until, at)
            row.save(update_fields=["last_number"])
            self.stdout.write(f"{name} gaat verder na {row.last_number}.")

    def _go_on(self, series: str, counted: int, until: int, at: datetime) -> int:
        last = number_series.pass_over(series, counted=counted, until=until, reason=NumberGap.Reason.RESTORED, at=at)
        if last:
            number_series.keep(series, last)
        return last


def _counters(today: date, known: set[str]) -> Iterator[tuple[OrderCounter | NumberSeries, str]]:
    """Every counter beside its series' name, held; also of series that the file knows or that may have begun since."""
    years = {today.year}
    if not Closing.objects.filter(quarter=str(Quarter(today.year - 1, 4))).exists():
        years.add(today.year - 1)  # its last quarter may have been closed since the backup
    prefixes = ["DECL", REQUESTS, *Participation.objects.values_list("invoice_prefix", flat=True)]
    documents = {RUNS} | {f"{prefix}-{year}" for prefix in prefixes for year in years}
    orders = {f"B-{today.year}"} | {name for name in known if name.startswith("B-")}
    orders |= {f"B-{year}" for year in OrderCounter.objects.values_list("year", flat=True)}
    documents |= {name for name in known if not name.startswith("B-")}
    documents |= set(NumberSeries.objects.values_list("name", flat=True))
    for name in sorted(orders):
        yield OrderCounter.objects.select_for_update().get_or_create(year=int(name[2:]))[0], name
    for name in sorted(documents):
        yield NumberSeries.objects.select_for_update().get_or_create(name=name)[0], name


def _may_still_grow(name: str, today: date) -> bool:
    """Runs always; the documents and orders of a year as long as its last quarter may still be closed."""
    year = name.rpartition("-")[2]
    return not year.isdigit() or int(year) >= today.year - 1
