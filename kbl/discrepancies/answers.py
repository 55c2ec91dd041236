"""Answering discrepancies: which answers there are for what, one or many rows at once, and taking one back.

An answer is a fact: added, never edited, revoked at most once. A row leaves the open list by an answer that closes it,
for a while by one that comes back on a day, or by itself as soon as the facts agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import models, transaction
from django.db.models import Max, QuerySet

from kbl.clock import local_day
from kbl.discrepancies.discrepancy import Discrepancy
from kbl.discrepancies.models import PAUSES, Answer
from kbl.rows import among

LONGEST_PAUSE = timedelta(days=183)  # half a year: what waits longer was forgotten
AT_ONCE = 5_000


class AnswerRefused(Exception):
    """This answer cannot be given, and why. Nothing was recorded."""

    class Reason(StrEnum):
        NOT_OFFERED = "not_offered"
        DAY = "day"  # the day on which the row would come back
        TOO_MANY = "too_many"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class NotRevocable(Exception):
    """The answer was taken back already, or another one came after it."""


@dataclass(frozen=True)
class NotAnswered:
    """A row that is not answered, and why: `first` is the answer that somebody gave before, None when it is gone."""

    pk: int
    first: Answer | None = None


@dataclass(frozen=True)
class AnswerPreview:
    """Which rows an answer would go to, and which not and why."""

    good: tuple[int, ...]
    left: tuple[NotAnswered, ...] = ()


def pauses(words: str) -> bool:
    """The row comes back on a day."""
    return words in PAUSES


def preview(facts: QuerySet, of: Discrepancy, pks: Sequence[int], *, on: date) -> AnswerPreview:
    """Which of these rows can still be answered; `facts` are the open and answered rows of the class. Changes nothing.

    Gone is what the facts settled meanwhile, or what never was in this class (a neighbour's row, for a party).
    """
    known = facts.filter(pk__in=among(pks)).order_by()
    waiting = set(of.open_of(known, on).values_list("pk", flat=True))
    others = [pk for pk in pks if pk not in waiting]
    mine = set(known.filter(pk__in=among(others)).values_list("pk", flat=True)) if others else set()
    first = of.latest(mine)
    return AnswerPreview(
        tuple(pk for pk in pks if pk in waiting),
        tuple(NotAnswered(pk, first.get(pk)) for pk in others),
    )


@transaction.atomic
def answer(
    facts: QuerySet,
    of: Discrepancy,
    pks: Sequence[int],
    *,
    words: str,
    until: date | None,
    by,
    at: datetime,
    by_party: bool = False,
) -> AnswerPreview:
    """Answer these rows; returns which were answered and which were not, with who was first.

    Of two people who answer one row at once, one does: the rows are held while they are seen at, and the database
    takes one answer per turn. Raises AnswerRefused.
    """
    on = local_day(at)
    check(of, words, until, on=on, by_party=by_party)
    asked = list(dict.fromkeys(pks))
    if len(asked) > AT_ONCE:
        raise AnswerRefused(AnswerRefused.Reason.TOO_MANY)
    hold(facts.model, asked)
    seen = preview(facts, of, asked, on=on)
    about = of.about
    given = Answer.objects.filter(kind=of.kind, **{f"{about}__in": among(seen.good)})
    turns = dict(given.order_by().values_list(about).annotate(last=Max("ordinal")))
    Answer.objects.bulk_create(
        Answer(
            kind=of.kind,
            words=words,
            until=until,
            ordinal=turns.get(pk, 0) + 1,
            by_party=by_party,
            on=on,
            recorded_at=at,
            recorded_by=by,
            **{f"{about}_id": pk},
        )
        for pk in seen.good
    )
    return seen


def check(of: Discrepancy, words: str, until: date | None, *, on: date, by_party: bool = False) -> None:
    """Whether this answer exists for this class and its day is right. Raises AnswerRefused."""
    if not of.may_answer(words, by_party=by_party):
        raise AnswerRefused(AnswerRefused.Reason.NOT_OFFERED)
    if pauses(words) != (until is not None) or (until and not on < until <= on + LONGEST_PAUSE):
        raise AnswerRefused(AnswerRefused.Reason.DAY)


def hold(model: type[models.Model], pks: Sequence[int]) -> None:
    """Nobody else answers these rows until we are done; held in the order of their keys, so without a circle."""
    rows = model._default_manager.filter(pk__in=among(pks)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def revoke(one: Answer, *, reason: str, by, at: datetime) -> None:
    """Take an answer back: the row is open again, unless the facts agree by now. Raises NotRevocable."""
    later = Answer.objects.standing().filter(
        kind=one.kind, ordinal__gt=one.ordinal, **{one.column: getattr(one, f"{one.column}_id")}
    )
    if later.exists() or not one.revoke(reason, by=by, at=at):
        raise NotRevocable
