"""What happened lately, in plain sentences: who did what, how much, and when. No numbers of vouchers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Count, Exists, Max, OuterRef
from django.db.models.functions import TruncDate

from intermediaries.models import Handout
from kbl.formats import voucher_count
from kbl.settlements.models import Closing, Statement, StatementStep
from libraries.models import Enrolment
from vouchers.models import StockMovement
from vouchers.sentences import MOVEMENT_ICONS

Kind, Status = StockMovement.Kind, Statement.Status

LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class RecentEvent:
    """A sentence and the last moment that it tells of."""

    at: datetime
    words: str
    icon: str


def latest(facts: Iterable[RecentEvent], count: int = 8) -> list[RecentEvent]:
    """The latest events, those of the facts with them (`of_facts`)."""
    events = [*facts, *_moved(count), *_closed(count), *_stepped(count)]
    return list(islice(sorted(events, key=lambda event: event.at, reverse=True), count))


def of_facts(at: datetime, count: int) -> list[RecentEvent]:
    """The latest hand-outs and enrolments before a moment. Those of one organisation on one day are one sentence."""
    since = at - LOOK_BACK
    return [*_handed_out(since, count), *_enrolled(since, count)]


def _per_day(facts, who: str, since: datetime, count: int) -> Iterator[tuple[str, int, datetime]]:
    """Facts per organisation and day on which we heard of them."""
    rows = (
        facts.filter(recorded_at__gte=since)
        .order_by()
        .values(who, heard=TruncDate("recorded_at"))
        .annotate(count=Count("pk"), latest=Max("recorded_at"))
        .order_by("-latest")[:count]
    )
    for row in rows:
        yield row[who], row["count"], row["latest"]


def _handed_out(since: datetime, count: int) -> Iterator[RecentEvent]:
    for name, many, at in _per_day(Handout.objects.standing(), "organisation__name", since, count):
        yield RecentEvent(at, f"{name} reikte {voucher_count(many)} uit", "hand-heart")


def _enrolled(since: datetime, count: int) -> Iterator[RecentEvent]:
    for name, many, at in _per_day(Enrolment.objects.standing(), "library__name", since, count):
        yield RecentEvent(at, f"{name} wisselde {voucher_count(many)} in", "check-circle")


def _moved(count: int) -> Iterator[RecentEvent]:
    for movement in StockMovement.objects.select_related("from_holder", "to_holder")[:count]:
        many = voucher_count(len(movement.range))
        words = {
            Kind.ALLOCATE: f"Cubiss wees {many} toe aan {movement.to_holder}",
            Kind.RETURN: f"{movement.from_holder} gaf {many} terug aan Cubiss",
            Kind.MOVE: f"{movement.from_holder} gaf {many} door aan {movement.to_holder}",
            Kind.VOID: f"{many} ongeldig gemaakt: {movement.get_reason_display()}",
            Kind.REVALIDATE: f"{many} weer geldig gemaakt: {movement.get_reason_display()}",
            Kind.EXTEND: f"{many} langer geldig gemaakt",
        }[Kind(movement.kind)]
        yield RecentEvent(movement.recorded_at, words, MOVEMENT_ICONS[Kind(movement.kind)])


def _closed(count: int) -> Iterator[RecentEvent]:
    for closing in Closing.objects.order_by("-closed_at")[:count]:
        yield RecentEvent(closing.closed_at, f"Cubiss sloot het {closing.quarter.label} af", "lock")


def _stepped(count: int) -> Iterator[RecentEvent]:
    steps = StatementStep.objects.select_related("statement__organisation", "statement__closing")
    told = {
        Status.CONFIRMED: ("{who} gaf akkoord op de {what} over het {quarter}", "check"),
        Status.DISPUTED: ("{who} stelde een vraag over de {what} van het {quarter}", "circle-help"),
        Status.APPROVED: ("Cubiss keurde de {what} van {who} over het {quarter} goed", "shield-check"),
        Status.PAID: ("De {what} van {who} over het {quarter} is betaald", "banknote"),
    }
    # Back to approved because its payment was cancelled or came back: nobody approved anything that day.
    sent = StatementStep.objects.filter(
        statement=OuterRef("statement"), status=Status.IN_PAYMENT, pk__lt=OuterRef("pk")
    )
    steps = steps.exclude(Exists(sent), status=Status.APPROVED)
    for step in steps.filter(status__in=told).order_by("-pk")[:count]:
        words, icon = told[Status(step.status)]
        statement = step.statement
        yield RecentEvent(
            step.at,
            words.format(
                who=statement.organisation,
                what=statement.get_kind_display(),
                quarter=statement.closing.quarter.label,
            ),
            icon,
        )
