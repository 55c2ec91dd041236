"""The series of numbers: what was passed over is explained, and no counter was rolled back behind what is used."""

from intermediaries.orders.models import OrderCounter
from kbl.organisations.number_series import VOUCHERS, NumberGap, marks
from kbl.settlements.models import NumberSeries
from reporting.integrity.invariants import Violations, invariant, select
from vouchers.models import SerialCounter


def used_numbers(series: str, last: int) -> list[int]:
    """Which numbers of a series are there when its counter says `last`: all of them but what was passed over."""
    gaps = NumberGap.objects.filter(series=series).values_list("first", "last")
    passed = {number for first, until in gaps for number in range(first, until + 1)}
    return [number for number in range(1, last + 1) if number not in passed]


@invariant("Geen teller staat achter bij de nummers die buiten de database bekend zijn")
def counters_are_not_rolled_back() -> Violations:
    """A restored database has old counters, and nothing inside it can tell: the file beside it does."""
    counters = dict(NumberSeries.objects.values_list("name", "last_number"))
    counters |= {f"B-{year}": last for year, last in OrderCounter.objects.values_list("year", "last_number")}
    counters[VOUCHERS] = max((counter.next_serial - 1 for counter in SerialCounter.objects.all()), default=0)
    for series, used in marks().items():
        if counters.get(series, 0) < used:
            yield {"series": series, "counter": counters.get(series), "used": used}
        elif counters[series] > used:
            yield {"series": series, "counter": counters[series], "file_lags_at": used}


@invariant("Overgeslagen vouchernummers zijn nooit gemaakt")
def passed_over_serials_do_not_exist() -> Violations:
    return select(
        """
        SELECT gap.id AS gap, batch.id AS batch FROM organisations_numbergap gap
        JOIN vouchers_batch batch ON batch.first_serial <= gap.last AND batch.last_serial >= gap.first
        WHERE gap.series = %s""",
        [VOUCHERS],
    )
