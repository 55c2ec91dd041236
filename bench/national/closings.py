"""The quarters that are over are closed: the product's own gathering and freezing, its statements written at once.

The reports are kept as the product keeps them, each after those before it.
"""

import sys
from collections import defaultdict
from time import perf_counter

from django.db import transaction

from bench.national.calendar import CLOSED, closes
from kbl.accounts.models import User
from kbl.clock import local_day
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from kbl.settlements.closing import closing, made_with_closing, unbilled_items
from kbl.settlements.models import Closing, NumberSeries, Statement
from kbl.settlements.statements import legal_data


def make(*, reports: bool = True) -> None:
    """Close them one after another, each on the day that it would be."""
    by = User.objects.get(email="carla@voorbeeld.example")
    last: dict[str, int] = defaultdict(int, NumberSeries.objects.values_list("name", "last_number"))
    for quarter in CLOSED:
        started = perf_counter()
        with transaction.atomic():
            closed = _close(quarter, by, last)
        if reports:
            made_with_closing.make(closed)
        print(f"    {quarter}: {perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
    NumberSeries.objects.bulk_create(
        [NumberSeries(name=name, last_number=number) for name, number in last.items()],
        update_conflicts=True,
        update_fields=["last_number"],
        unique_fields=["name"],
    )


def _close(quarter: Quarter, by: User, last: dict[str, int]) -> Closing:
    """Close one. `last`: the last number of every series so far."""
    at = closes(quarter)
    ClosedQuarter.objects.create(quarter=quarter, closed_at=at)
    closed = Closing.objects.create(quarter=quarter, closed_at=at, closed_by=by)
    unbilled_items.gather(quarter, at)
    rows = []
    for party in closing._parties(quarter):
        number = None
        if party.lines:
            library = party.kind == Statement.Kind.INVOICE
            name = f"{party.organisation.participation.invoice_prefix if library else 'DECL'}-{quarter.year}"
            last[name] += 1
            number = f"{name}-{last[name]:04d}"
        rows.append(
            Statement(
                closing=closed,
                organisation=party.organisation,
                kind=party.kind,
                number=number,
                net=party.net,
                vat=party.vat,
                carried_in=party.carried_in,
                particulars=legal_data.particulars(party.organisation, party.kind, on=local_day(at)),
            )
        )
    Statement.objects.bulk_create(rows)
    unbilled_items.freeze(closed)
    unbilled_items.clear()
    return closed
