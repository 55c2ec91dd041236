"""A quarter that is not closed: what each party would get, beside the quarter before, and what to look at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.http import Http404

from kbl import clock
from kbl.accounts.access import ActingRequest
from kbl.accounts.roles import Right
from kbl.discrepancies import reconciliation
from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.second_person import second_person
from kbl.second_person.second_person import Kind
from kbl.settlements.closing import missing_reports
from kbl.settlements.closing.closing import PartyTotals, lacking_legal_data, next_to_close, preview
from kbl.settlements.models import ClosingWindow, Statement
from kbl.settlements.office import quarters
from kbl.settlements.sentences import sentence, sentence_of_code
from kbl.settlements.statements import breakdown
from kbl.settlements.tariffs.tariffs import MissingTariff

ACCOUNT = "rekeningnummer (IBAN)"
COUNTS = (Kind.CORRECTION, Kind.TARIFF, Kind.TARIFF_GONE, Kind.PARTY_VAT, Kind.VAT_GONE, Kind.PARENT)
STAND_OUT = 3  # so many of the largest changes are pointed at
WORTH_A_LOOK = Decimal("0.25")  # as a part of what it was; less than that is the way quarters differ


@dataclass(frozen=True)
class Compared:
    """A party of the preview beside what it got the quarter before; None where it got nothing then."""

    party: PartyTotals
    previous: Decimal | None
    previous_lines: int | None
    stands_out: bool = False

    @property
    def difference(self) -> Decimal | None:
        return None if self.previous is None else self.party.net - self.previous

    @property
    def line_difference(self) -> int | None:
        return None if self.previous_lines is None else self.party.lines - self.previous_lines

    @property
    def change(self) -> Decimal:
        """How large the change is; who was not there before changed by all it gets."""
        return abs(self.party.net - (self.previous or ZERO))

    @property
    def is_large(self) -> bool:
        return self.change > WORTH_A_LOOK * abs(self.previous or ZERO)


def context(request: ActingRequest, quarter: Quarter) -> dict:
    """What the page shows. Raises Http404 for a quarter outside the programme or still to come."""
    today, now = clock.today(), clock.now()
    programme = Programme.current()
    if quarter < Quarter.of(programme.starts_on) or quarter.first_day > today:
        raise Http404
    window = ClosingWindow.objects.filter(quarter=quarter).first()
    first = next_to_close()
    state = quarters.state_of(quarter, closed=False, window=window, first=first, today=today)
    trouble, parties = "", []
    try:
        parties = preview(quarter, at=now)
    except MissingTariff as missing:
        trouble = sentence(missing)
    compared = beside_previous(quarter, parties)
    poor = [(each.organisation, (ACCOUNT,)) for each in parties if each.lacks_iban]
    lacks = [*poor, *lacking_legal_data(parties)]
    return {
        "quarter": quarter,
        "previous": quarter.previous,
        "state": state,
        "words": quarters.STATES[state],
        "first": first,
        "opens_on": quarters.opens_on(quarter, programme),
        "window": window,
        "refused": sentence_of_code(window.refused, quarter) if window and window.refused else "",
        "trouble": trouble,
        "lacks": missing_reports.lacking_particulars(lacks),
        "vat_unchecked": programme.vat_checked_on is None,
        "groups": [
            (
                kind.label,
                mine := [each for each in compared if each.party.kind == kind],
                net_of(row.party for row in mine),
                breakdown.together(row.party.breakdown for row in mine),
            )
            for kind in Statement.Kind
        ],
        "total": net_of(parties),
        "payable": sum((each.payable for each in parties), ZERO),
        "lines": sum(each.lines for each in parties),
        "nil": sum(1 for each in parties if not each.lines),
        "only_credits": bool(parties) and net_of(parties) < 0,
        "count": len(parties),
        "missing_reports": missing_reports.by_sort(quarter, lacks),
        "discrepancies": [each for each in reconciliation.overview(today) if each.count],
        "waits": second_person.waiting(*COUNTS),
        "may_close": request.acting.may(Right.CLOSE),
        "ready": state == "open" and not trouble and not lacks,
    }


def net_of(rows: Iterable[PartyTotals] | Iterable[Statement]) -> Decimal:
    """What several parties or statements come to, in euros excluding VAT."""
    return sum((each.net for each in rows), ZERO)


def beside_previous(quarter: Quarter, parties: list[PartyTotals]) -> list[Compared]:
    """Each party with its previous quarter; nil reports last, otherwise the order stays. Large changes are marked."""
    earlier = Statement.objects.filter(closing__quarter=quarter.previous).annotate(line_count=Count("lines"))
    before = {
        (kind, organisation): (net, lines)
        for kind, organisation, net, lines in earlier.order_by().values_list(
            "kind", "organisation_id", "net", "line_count"
        )
    }
    rows = [Compared(each, *before.get((each.kind, each.organisation.pk), (None, None))) for each in parties]
    if before:  # the first quarter of a programme is nothing but change
        large = sorted((each for each in rows if each.is_large), key=lambda row: row.change, reverse=True)[:STAND_OUT]
        rows = [Compared(each.party, each.previous, each.previous_lines, each in large) for each in rows]
    return sorted(rows, key=lambda row: not row.party.lines)
