"""What an intermediary answers itself: vouchers it did not report yet, and vouchers that did not come back.

It only ever sees its own step. Of a voucher that is used it learns that it is used, because it has to report it, and
not where or when. Which of its hand-outs were *not* used it is told per quarter and never by number: whoever knows to
whom a voucher went would know who stayed away. A number that it types itself it knows already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from intermediaries.handouts import handout
from intermediaries.handouts.handout import HandoutNotUndoable, HandoutRefused
from intermediaries.handouts.rule import HandoutRefusal, HandoutUndoReason
from intermediaries.models import Handout
from kbl.clock import local_day
from kbl.discrepancies import answers, reconciliation
from kbl.discrepancies.answers import AnswerPreview
from kbl.discrepancies.findings import PATIENCE
from kbl.discrepancies.models import AnswerWords, DiscrepancyKind
from kbl.facts import RevokeReason
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.rows import among
from libraries.models import Enrolment
from vouchers.models import Voucher
from vouchers.numbers import SerialRange, ranges_of

UNREPORTED = reconciliation.of(DiscrepancyKind.UNREPORTED)
UNREDEEMED = reconciliation.of(DiscrepancyKind.UNREDEEMED)
# Fewer than five in a quarter would point at somebody; they are told together.
FEW = 5


@dataclass(frozen=True)
class UnredeemedGroup:
    """Hand-outs of one quarter, or of a few small ones together, that nobody used yet."""

    quarters: tuple[Quarter, ...]
    count: int
    handed_out: int

    @property
    def key(self) -> str:
        """`2025-Q4`, or several with a comma: how a form names this group."""
        return ",".join(map(str, self.quarters))

    @property
    def is_small(self) -> bool:
        return self.count < FEW


def unreported(organisation: Organisation, on: date) -> QuerySet[Enrolment]:
    """Vouchers of this organisation that were used before it reported them, and that it said nothing about."""
    return UNREPORTED.find(on).filter(UNREPORTED.waits_for_party, voucher__holder=organisation)


def unredeemed(organisation: Organisation, on: date) -> QuerySet[Handout]:
    """Hand-outs of 90 days ago or more that nobody used; for counting, never to be listed to the organisation."""
    return UNREDEEMED.find(on).filter(organisation=organisation)


def groups(organisation: Organisation, on: date) -> list[UnredeemedGroup]:
    """Those hand-outs per quarter, the oldest first; small quarters are put together with their neighbours."""
    waiting = unredeemed(organisation, on).order_by()
    days = dict(waiting.values_list("on").annotate(count=Count("pk")))
    ripe = Handout.objects.standing().filter(organisation=organisation, on__lte=on - PATIENCE)
    out = dict(ripe.order_by().values_list("on").annotate(count=Count("pk")))
    quarters = sorted({Quarter.of(day) for day in days}, key=str)
    found: list[UnredeemedGroup] = []
    held: list[Quarter] = []
    for quarter in quarters:
        held.append(quarter)
        one = _group(held, days, out)
        if not one.is_small:
            found.append(one)
            held = []
    if held:  # a small rest goes with the last one that is there
        found.append(_group([*(found.pop().quarters if found else ()), *held], days, out))
    return found


def _group(quarters: Sequence[Quarter], days: dict[date, int], out: dict[date, int]) -> UnredeemedGroup:
    def within(counts: dict[date, int]) -> int:
        return sum(count for day, count in counts.items() if Quarter.of(day) in quarters)

    return UnredeemedGroup(tuple(quarters), within(days), within(out))


def count(organisation: Organisation, on: date) -> int:
    """How many answers are asked of this organisation: each used voucher, and each group."""
    return unreported(organisation, on).count() + len(groups(organisation, on))


def report(
    organisation: Organisation, serials: Sequence[int], *, on: date, by, at: datetime
) -> tuple[int, tuple[HandoutRefusal, ...]]:
    """These vouchers were handed out on a day: those that can be are reported; returns how many, and the others.

    Only vouchers that wait for a report: for anything else is the page of handing out.
    """
    asked = unreported(organisation, local_day(at)).filter(voucher__in=among(serials))
    ranges = list(ranges_of(asked.order_by("voucher").values_list("voucher_id", flat=True)))
    seen = handout.preview(organisation, ranges, on=on, today=local_day(at))
    if not seen.good:
        return 0, seen.refused
    try:
        return handout.hand_out(organisation, seen.good, on=on, by=by, at=at), seen.refused
    except HandoutRefused as refused:  # a colleague was first
        return 0, (*seen.refused, *refused.refused)


def answer_unreported(
    organisation: Organisation, serials: Sequence[int], *, words: str, until: date | None, by, at: datetime
) -> AnswerPreview:
    """`komt later`, or `niet door ons uitgereikt`: then Cubiss finds out. Raises AnswerRefused."""
    mine = UNREPORTED.facts(local_day(at)).filter(voucher__holder=organisation)
    pks = list(mine.filter(voucher__in=among(serials)).values_list("pk", flat=True))
    return answers.answer(mine, UNREPORTED, pks, words=words, until=until, by=by, at=at, by_party=True)


def answer_group(
    organisation: Organisation, group: UnredeemedGroup, *, words: str, until: date | None, by, at: datetime
) -> AnswerPreview:
    """An answer for all hand-outs of a group at once. Raises AnswerRefused."""
    mine = UNREDEEMED.facts(local_day(at)).filter(organisation=organisation)
    within = Q()
    for quarter in group.quarters:
        within |= Q(on__range=(quarter.first_day, quarter.last_day))
    pks = list(mine.filter(within).values_list("pk", flat=True))
    return answers.answer(mine, UNREDEEMED, pks, words=words, until=until, by=by, at=at, by_party=True)


@dataclass(frozen=True)
class NumbersTold:
    """What became of numbers that an organisation typed: taken back, answered, and those with nothing to tell."""

    undone: int
    answered: int
    nothing: tuple[SerialRange, ...]


@transaction.atomic
def came_back(organisation: Organisation, serials: Sequence[int], *, by, at: datetime) -> NumbersTold:
    """These vouchers lie with the organisation after all: the hand-out is taken back, as long as its quarter is open.

    In a closed quarter the hand-out stays and is answered: the voucher is not used. Raises HandoutNotUndoable while a
    quarter is being closed.
    """
    on = local_day(at)
    mine = _typed(organisation, serials, on)
    undone, kept = 0, []
    for one in mine:
        try:
            with transaction.atomic():
                handout.undo(one, reason=RevokeReason.DID_NOT_HAPPEN, by=by, at=at)
            undone += 1
        except HandoutNotUndoable as refused:
            match refused.reason:
                case HandoutUndoReason.QUARTER_CLOSED:
                    kept.append(one)
                case HandoutUndoReason.REVOKED | HandoutUndoReason.REDEEMED:
                    continue
                case HandoutUndoReason.BOOKS_BUSY:
                    raise
                case _:
                    assert_never(refused.reason)
    answered = _answered(organisation, kept, words=AnswerWords.UNUSED, by=by, at=at)
    return NumbersTold(undone, answered, _strange(serials, mine))


@transaction.atomic
def are_lost(organisation: Organisation, serials: Sequence[int], *, by, at: datetime) -> NumbersTold:
    """These vouchers got lost after they were handed out: answered; whoever finds one can still use it."""
    mine = _typed(organisation, serials, local_day(at))
    answered = _answered(organisation, mine, words=AnswerWords.LOST, by=by, at=at)
    return NumbersTold(0, answered, _strange(serials, mine))


def _typed(organisation: Organisation, serials: Sequence[int], on: date) -> list[Handout]:
    """Of the numbers that were typed, the hand-outs that wait for an answer."""
    handed_out = Voucher.Status.HANDED_OUT
    rows = UNREDEEMED.find(on).filter(organisation=organisation, voucher__status=handed_out)
    return list(rows.filter(voucher__in=among(serials)))


def _answered(organisation: Organisation, handouts: Sequence[Handout], *, words: str, by, at: datetime) -> int:
    mine = UNREDEEMED.facts(local_day(at)).filter(organisation=organisation)
    told = {"words": words, "until": None, "by": by, "at": at, "by_party": True}
    return len(answers.answer(mine, UNREDEEMED, [each.pk for each in handouts], **told).good)


def _strange(serials: Sequence[int], mine: Sequence[Handout]) -> tuple[SerialRange, ...]:
    """Numbers of which there is nothing to tell: used, fresh, or not this organisation's. Which, is not said."""
    known = {each.voucher_id for each in mine}
    return tuple(ranges_of(each for each in serials if each not in known))
