"""Closing a quarter: first `preview`, then `close`. One transaction, exactly one result.

It takes everything before the quarter's end that has no line yet, so what came late rolls in by itself. What the report
of the quarter says is kept in the same transaction (made_with_closing.py). Documents and mail come afterwards
(after_closing.py) and can be repeated; the books are closed when this returns.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from intermediaries.models import Accreditation
from kbl.clock import local_day
from kbl.money import ZERO, percentage
from kbl.organisations import closing_lock
from kbl.organisations.models import ClosedQuarter, Organisation, Programme
from kbl.periods import Quarter
from kbl.settlements.closing import made_with_closing, numbering, unbilled_items
from kbl.settlements.models import Closing, Statement, VatTreatment
from kbl.settlements.statements import legal_data
from kbl.settlements.statements.breakdown import Breakdown
from libraries.models import Participation

Kind = Statement.Kind
ROWS_AT_ONCE = 500  # statements in one question


class ClosingRefused(Exception):
    """The quarter cannot be closed now: `reason` is one of the class's constants. Nothing was changed."""

    class Reason(StrEnum):
        NOT_OVER = "not_over"
        ALREADY_CLOSED = "already_closed"
        EARLIER_OPEN = "earlier_open"
        BEFORE_PROGRAMME = "before_programme"
        NO_IBAN = "no_iban"
        NO_LEGAL_DATA = "no_legal_data"
        CLOCK_DIFFERS = "clock_differs"
        CLOCK_BEHIND = "clock_behind"
        CLOCK_AHEAD = "clock_ahead"

    def __init__(
        self,
        reason: Reason,
        quarter: Quarter,
        *,
        first: Quarter | None = None,
        organisations: tuple = (),
        lacks: Sequence[tuple[Organisation, tuple[str, ...]]] = (),
    ) -> None:
        """`lacks`: what each organisation misses for an e-invoice, in Dutch; they are the `organisations` then."""
        super().__init__(f"{reason} {quarter}")
        self.reason, self.quarter, self.first, self.lacks = reason, quarter, first, lacks
        self.organisations = organisations or tuple(each for each, _ in lacks)


@dataclass(frozen=True)
class PartyTotals:
    """What one party gets in a closing, in euros: the row of the preview and of the statement."""

    kind: str
    organisation: Organisation
    lines: int
    corrections: int
    net: Decimal
    vat: Decimal
    carried_in: Decimal
    treatments: frozenset[str] = frozenset()
    breakdown: Breakdown = Breakdown()

    @property
    def key(self) -> tuple[str, int]:
        """The party: its kind of statement and its organisation's id."""
        return self.kind, self.organisation.pk

    @property
    def payable(self) -> Decimal:
        return max(self.net + self.vat + self.carried_in, ZERO)

    @property
    def lacks_iban(self) -> bool:
        """Money is due and there is no account to pay it to."""
        return self.payable > 0 and not self.organisation.payee.iban

    @property
    def gets_einvoice(self) -> bool:
        """There is something to invoice: a library's lines, or an intermediary's with VAT (einvoice/issue.py)."""
        return self.lines > 0 and (self.kind == Kind.INVOICE or not self.treatments.isdisjoint(VatTreatment.with_vat()))

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the organisation misses for its e-invoice, in Dutch: the quarter cannot be closed before it is there."""
        return legal_data.missing(self.organisation, self.treatments) if self.gets_einvoice else ()

    @property
    def get_kind_display(self) -> str:
        return str(Kind(self.kind).label)


def next_to_close() -> Quarter:
    """The oldest quarter of the programme that is not closed yet."""
    last = ClosedQuarter.objects.order_by("quarter").values_list("quarter", flat=True).last()
    return last.next if last else Quarter.of(Programme.current().starts_on)


def assert_closable(quarter: Quarter, *, at: datetime) -> None:
    """Quarters are closed once, in order, when they are over. Raises ClosingRefused."""
    if Closing.objects.filter(quarter=quarter).exists():
        raise ClosingRefused(ClosingRefused.Reason.ALREADY_CLOSED, quarter)
    if not quarter.is_over(local_day(at)):
        raise ClosingRefused(ClosingRefused.Reason.NOT_OVER, quarter)
    first = next_to_close()
    if quarter < first:
        raise ClosingRefused(ClosingRefused.Reason.BEFORE_PROGRAMME, quarter, first=first)
    if quarter > first:
        raise ClosingRefused(ClosingRefused.Reason.EARLIER_OPEN, quarter, first=first)


@transaction.atomic
def preview(quarter: Quarter, *, at: datetime) -> list[PartyTotals]:
    """What each party would get if the quarter were closed now; freezes nothing. Raises MissingTariff.

    Also for a quarter that is still running: then it shows what there is so far.
    """
    unbilled_items.gather(quarter, at)
    try:
        breakdowns = unbilled_items.breakdowns(quarter, at=at)
        parties = _parties(quarter)
        return [replace(each, breakdown=breakdowns.get(each.key, Breakdown())) for each in parties]
    finally:
        unbilled_items.clear()


@transaction.atomic
def close(quarter: Quarter, *, by, at: datetime) -> Closing:
    """Close a quarter: statements, numbers and lines, all or nothing. Raises ClosingRefused, MissingTariff.

    The closing lock is held alone first (organisations/closing_lock.py): of two closings the second finds it done, and
    no undo slips in between.
    """
    _may_take_long()
    closing_lock.hold_alone()
    assert_closable(quarter, at=at)
    ClosedQuarter.objects.create(quarter=quarter, closed_at=at)
    closing = Closing.objects.create(quarter=quarter, closed_at=at, closed_by=by)
    unbilled_items.gather(quarter, at)
    parties = _parties(quarter)
    if poor := tuple(each.organisation for each in parties if each.lacks_iban):
        raise ClosingRefused(ClosingRefused.Reason.NO_IBAN, quarter, organisations=poor)
    if lacks := lacking_legal_data(parties):
        raise ClosingRefused(ClosingRefused.Reason.NO_LEGAL_DATA, quarter, lacks=lacks)
    _write_statements(closing, parties)
    frozen = unbilled_items.freeze(closing)
    if frozen != sum(each.lines for each in parties):
        raise RuntimeError(f"{frozen} lines do not add up to the parties' {sum(each.lines for each in parties)}.")
    unbilled_items.clear()
    made_with_closing.make(closing)
    return closing


def _may_take_long() -> None:
    """Until this transaction ends: a page's limit on one question is not for a million lines and their checks.

    Memory to sort them in, too. Waiting for a lock is still given up soon; the sweeper comes back.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '15min'; SET LOCAL work_mem = '64MB'")


def lacking_legal_data(parties: Sequence[PartyTotals]) -> list[tuple[Organisation, tuple[str, ...]]]:
    """Who misses what for the e-invoices of these parties: Cubiss first, without whom there is none."""
    found = [(each.organisation, each.lacks) for each in parties if each.lacks]
    if any(each.gets_einvoice for each in parties):
        cubiss, missing = legal_data.missing_of_cubiss()
        if cubiss and missing:
            found.insert(0, (cubiss, missing))
    return found


def _parties(quarter: Quarter) -> list[PartyTotals]:
    """Everybody who takes part in the quarter or has an unbilled item; who has nothing gets a nil report."""
    found: dict[tuple[str, int], list[unbilled_items.VatSum]] = defaultdict(list)
    for each in unbilled_items.sums():
        found[each.kind, each.organisation_id].append(each)
    accredited = Accreditation.objects.filter(valid_from__lte=quarter.last_day).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=quarter.first_day)
    )
    for pk in accredited.values_list("organisation_id", flat=True):
        found.setdefault((Kind.DECLARATION, pk), [])
    taking_part = Participation.objects.filter(starts_on__lte=quarter.last_day)
    for pk in taking_part.values_list("library_id", flat=True):
        found.setdefault((Kind.INVOICE, pk), [])
    credits = _open_credits()
    for kind, pk in credits:
        found.setdefault((kind, pk), [])
    organisations = Organisation.objects.select_related("parent__parent", "participation").in_bulk(
        {pk for _, pk in found}
    )
    parties = [
        PartyTotals(
            kind=kind,
            organisation=organisations[pk],
            lines=sum(each.lines for each in rates),
            corrections=sum(each.corrections for each in rates),
            net=sum((each.net for each in rates), ZERO),
            vat=sum((percentage(each.net, each.vat_rate) for each in rates), ZERO),
            carried_in=credits.get((kind, pk), ZERO),
            treatments=frozenset(each.vat for each in rates),
        )
        for (kind, pk), rates in found.items()
    ]
    return sorted(parties, key=lambda party: (party.kind, party.organisation.name))


def _open_credits() -> dict[tuple[str, int], Decimal]:
    """The credit that each party's last statement carries to its next one."""
    later = Statement.objects.filter(
        kind=OuterRef("kind"),
        organisation=OuterRef("organisation"),
        closing__quarter__gt=OuterRef("closing__quarter"),
    )
    # What carries a credit out has a negative amount in it; the amounts themselves are added up as everywhere.
    negative = Statement.objects.filter(Q(net__lt=0) | Q(vat__lt=0) | Q(carried_in__lt=0))
    return {
        (statement.kind, statement.organisation_id): statement.carried_out
        for statement in negative.filter(~Exists(later)).defer("particulars").order_by("pk")
        if statement.carried_out
    }


def _write_statements(closing: Closing, parties: Sequence[PartyTotals]) -> None:
    """A statement for every party, with the next number of its series where it has lines. Some rows at a time."""
    series = {each.key: _series(closing, each) for each in parties if each.lines}
    number_of = dict(zip(series, numbering.take(list(series.values()), at=closing.closed_at), strict=True))
    day = local_day(closing.closed_at)
    Statement.objects.bulk_create(
        [
            Statement(
                closing=closing,
                organisation=party.organisation,
                kind=party.kind,
                number=number_of.get(party.key),
                net=party.net,
                vat=party.vat,
                carried_in=party.carried_in,
                particulars=legal_data.particulars(party.organisation, party.kind, on=day),
            )
            for party in parties
        ],
        batch_size=ROWS_AT_ONCE,
    )


def _series(closing: Closing, party: PartyTotals) -> str:
    """The name of the party's series: the library's own for an invoice, the programme's for declarations."""
    prefix = party.organisation.participation.invoice_prefix if party.kind == Kind.INVOICE else "DECL"
    return f"{prefix}-{closing.quarter.year}"
