"""Answering discrepancies: which answers there are for what, one or many rows at once, and taking one back.

An answer is a fact: added, never edited, revoked at most once. A row leaves the open list by an answer that closes it,
for a while by one that comes back on a day, or by itself as soon as the facts agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Max, Q, QuerySet

from kbl.clock import local_day
from kbl.discrepancies.models import Answer, Kind
from kbl.rows import among

Words = Answer.Words

# What an answer is about, per class: the column of `Answer` that names it.
ABOUT: dict[str, str] = {
    Kind.UNREPORTED: "enrolment",
    Kind.UNREDEEMED: "handout",
    Kind.TWICE: "refusal",
    Kind.REFUSED: "refusal",
    Kind.UNACCREDITED: "handout",
    Kind.COUNTED: "difference",
}
OFFERED: dict[str, tuple[Words, ...]] = {
    Kind.UNREPORTED: (Words.ASKED, Words.LATER, Words.CHECKED),
    Kind.UNREDEEMED: (Words.UNDER_WAY, Words.ASKED, Words.LOST, Words.UNUSED, Words.CHECKED),
    Kind.TWICE: (Words.FIRST_HAD_IT, Words.COPY, Words.DESK_MISTAKE, Words.ASKED),
    Kind.REFUSED: (Words.NEW_VOUCHER, Words.EXPLAINED, Words.DESK_MISTAKE, Words.ASKED),
    Kind.UNACCREDITED: (Words.ACCREDITED, Words.STOCK_BACK, Words.CHECKED, Words.LATER),
    Kind.COUNTED: (Words.LATER,),
}
# What an intermediary may say about its own rows; reporting a hand-out is no answer but a fact (intermediaries).
OFFERED_TO_PARTY: dict[str, tuple[Words, ...]] = {
    Kind.UNREPORTED: (Words.LATER, Words.NOT_OURS),
    Kind.UNREDEEMED: (Words.UNDER_WAY, Words.LOST, Words.UNUSED),
}
# For these the row comes back on a day, and so many days are proposed. What is on its way gets its ninety days again.
PAUSES: dict[str, timedelta] = {
    Words.LATER: timedelta(days=14),
    Words.ASKED: timedelta(days=14),
    Words.UNDER_WAY: timedelta(days=90),
}
LONGEST_PAUSE = timedelta(days=183)  # half a year: what waits longer was forgotten
AT_ONCE = 5_000


class AnswerRefused(Exception):
    """This answer cannot be given: `reason` is `not_offered`, `day` (until), or `too_many`. Nothing was recorded."""

    NOT_OFFERED, DAY, TOO_MANY = "not_offered", "day", "too_many"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotRevocable(Exception):
    """The answer was taken back already, or another one came after it."""


@dataclass(frozen=True)
class Left:
    """A row that is not answered, and why: `first` is the answer that somebody gave before, None when it is gone."""

    pk: int
    first: Answer | None = None


@dataclass(frozen=True)
class Looked:
    """Which rows an answer would go to, and which not and why."""

    good: tuple[int, ...]
    left: tuple[Left, ...] = ()


def pauses(words: str) -> bool:
    """The row comes back on a day."""
    return words in PAUSES


def closing() -> Q:
    """Answers after which the matter is closed. Of `not_ours` Cubiss still has to find out where the voucher was."""
    return Q(until__isnull=True) & ~Q(words=Words.NOT_OURS)


def standing(kind: str, on: date) -> QuerySet[Answer]:
    """The answers to a class that keep a row from the open list on a day."""
    quiet = Answer.objects.standing().filter(kind=kind, on__lte=on)
    return quiet.filter(closing() | Q(until__gt=on))


def open_ones(facts: QuerySet, kind: str, on: date) -> QuerySet:
    """Of these facts, those that nobody answered.

    Asked as a set and not row by row: right after thousands of answers the database does not know yet how many there
    are, and would take ten times as long.
    """
    return facts.exclude(pk__in=standing(kind, on).values(ABOUT[kind]))


def answered_ones(facts: QuerySet, kind: str, on: date) -> QuerySet:
    """Of these facts, those that have an answer that keeps them from the open list."""
    return facts.filter(pk__in=standing(kind, on).values(ABOUT[kind]))


def latest(kind: str, pks: Iterable[int]) -> dict[int, Answer]:
    """The last standing answer to each of these rows, if it has one."""
    about = ABOUT[kind]
    rows = Answer.objects.standing().filter(kind=kind, **{f"{about}__in": list(pks)})
    return {getattr(each, f"{about}_id"): each for each in rows.select_related("recorded_by").order_by("ordinal")}


def history(kind: str, pk: int) -> list[Answer]:
    """Everything that was said about one row, the newest first, taken back or not."""
    rows = Answer.objects.filter(kind=kind, **{ABOUT[kind]: pk})
    return list(rows.select_related("recorded_by", "revoked_by").order_by("-ordinal"))


def look(facts: QuerySet, kind: str, pks: Sequence[int], *, on: date) -> Looked:
    """Which of these rows can still be answered; `facts` are the open and answered rows of the class. Changes nothing.

    Gone is what the facts settled meanwhile, or what never was in this class (a neighbour's row, for a party).
    """
    known = facts.filter(pk__in=among(pks)).order_by()
    waiting = set(open_ones(known, kind, on).values_list("pk", flat=True))
    others = [pk for pk in pks if pk not in waiting]
    mine = set(known.filter(pk__in=among(others)).values_list("pk", flat=True)) if others else set()
    first = latest(kind, mine)
    return Looked(
        tuple(pk for pk in pks if pk in waiting),
        tuple(Left(pk, first.get(pk)) for pk in others),
    )


@transaction.atomic
def answer(
    facts: QuerySet,
    kind: str,
    pks: Sequence[int],
    *,
    words: str,
    until: date | None,
    by,
    at: datetime,
    by_party: bool = False,
) -> Looked:
    """Answer these rows; returns which were answered and which were not, with who was first.

    Of two people who answer one row at once, one does: the rows are held while they are looked at, and the database
    takes one answer per turn. Raises AnswerRefused.
    """
    on = local_day(at)
    check(kind, words, until, on=on, by_party=by_party)
    asked = list(dict.fromkeys(pks))
    if len(asked) > AT_ONCE:
        raise AnswerRefused(AnswerRefused.TOO_MANY)
    hold(facts.model, asked)
    looked = look(facts, kind, asked, on=on)
    about = ABOUT[kind]
    given = Answer.objects.filter(kind=kind, **{f"{about}__in": among(looked.good)})
    turns = dict(given.order_by().values_list(about).annotate(last=Max("ordinal")))
    Answer.objects.bulk_create(
        Answer(
            kind=kind,
            words=words,
            until=until,
            ordinal=turns.get(pk, 0) + 1,
            by_party=by_party,
            on=on,
            recorded_at=at,
            recorded_by=by,
            **{f"{about}_id": pk},
        )
        for pk in looked.good
    )
    return looked


def check(kind: str, words: str, until: date | None, *, on: date, by_party: bool = False) -> None:
    """Whether this answer exists for this class and its day is right. Raises AnswerRefused."""
    if words not in (OFFERED_TO_PARTY if by_party else OFFERED).get(kind, ()):
        raise AnswerRefused(AnswerRefused.NOT_OFFERED)
    if pauses(words) != (until is not None) or (until and not on < until <= on + LONGEST_PAUSE):
        raise AnswerRefused(AnswerRefused.DAY)


def hold(model: type[models.Model], pks: Sequence[int]) -> None:
    """Nobody else answers these rows until we are done; held in the order of their keys, so without a circle."""
    rows = model._default_manager.filter(pk__in=among(pks)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def revoke(one: Answer, *, reason: str, by, at: datetime) -> None:
    """Take an answer back: the row is open again, unless the facts agree by now. Raises NotRevocable."""
    later = Answer.objects.standing().filter(
        kind=one.kind, ordinal__gt=one.ordinal, **{ABOUT[one.kind]: getattr(one, f"{ABOUT[one.kind]}_id")}
    )
    if later.exists() or not one.revoke(reason, by=by, at=at):
        raise NotRevocable
