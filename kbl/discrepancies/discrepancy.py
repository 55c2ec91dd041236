"""What a class of discrepancies is: one object that carries its words, its queries and its answers.

The classes themselves are in reconciliation.py. Worklists, reminders, the portal, the start pages and `check_books` ask
these objects, so that another class is one entry there (docs/how-to/discrepancy-class.md).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from kbl.discrepancies.models import ABOUT, PAUSES, Answer, AnswerWords, DiscrepancyKind
from kbl.eligibility import Worklist
from kbl.organisations.models import Organisation


@dataclass(frozen=True)
class FactWords:
    """What one fact of a class says: its number, whose it is, what happened.

    `next_step` and `owner` only where they differ from those of the class.
    """

    serial: int
    organisation: Organisation | None
    words: str
    next_step: str = ""
    owner: str = ""


@dataclass(frozen=True)
class WorklistRow:
    """One discrepancy as the worklist shows it; `serial` is for the screen only, never for an address.

    `pk` is the fact's own key, by which a row is answered.
    """

    pk: int
    serial: int
    organisation: Organisation | None
    on: date
    age: int
    words: str
    next_step: str
    owner: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """A class of discrepancies: what it is, whose it is, what to do about it, and who may answer what.

    `slug`: only for addresses; the class is looked up by its kind everywhere else.
    `facts`: the facts that differ on a day, answered or not. `tell`: one of them in words.
    `party`, `serial`: where its facts keep the organisation and the voucher.
    `page`: the route with a page of its own, if a fact has one. `steps_differ`: each row has a next step of its own.
    `offered`: what Cubiss may answer. `offered_to_party`: what the organisation itself may answer, in its portal; then
    `reminded_as` names the column of `Reminder` that counts them, `waits_for_party` which rows wait for the party, and
    `open_after` how long after its day a row is open.
    `with_conversion`: the worklist shows per intermediary which part was redeemed.
    `collects`: the attempts that were refused and kept for this list (kbl/eligibility.py).
    """

    kind: DiscrepancyKind
    slug: str
    title: str
    icon: str
    owner: str
    words: str
    next_step: str
    facts: Callable[[date], QuerySet[Any]]
    tell: Callable[[Any], FactWords]
    party: str
    offered: tuple[AnswerWords, ...]
    offered_to_party: tuple[AnswerWords, ...] = ()
    reminded_as: str = ""
    waits_for_party: Q = Q()
    open_after: timedelta = timedelta(0)
    serial: str = "voucher_id"
    page: str = ""
    steps_differ: bool = False
    with_conversion: bool = False
    collects: Worklist = Worklist.NONE

    @property
    def about(self) -> str:
        """The column of `Answer` that names a fact of this class."""
        return ABOUT[self.kind]

    @property
    def is_of_one_voucher(self) -> bool:
        """A fact of this class is about one voucher, and not about a range."""
        return self.serial == "voucher_id"

    def may_answer(self, words: str, *, by_party: bool) -> bool:
        """Whether this answer is offered."""
        return words in (self.offered_to_party if by_party else self.offered)

    def find(self, on: date) -> QuerySet[Any]:
        """The open rows on a day, the oldest first."""
        return self.open_of(self.facts(on), on)

    def answered(self, on: date) -> QuerySet[Any]:
        """The rows that somebody answered and whose facts still differ, the oldest first."""
        return self.facts(on).filter(pk__in=self._quiet(on))

    def open_of(self, facts: QuerySet[Any], on: date) -> QuerySet[Any]:
        """Of these facts, those that nobody answered.

        Asked as a set and not row by row: right after thousands of answers the database does not know yet how many
        there are, and would take ten times as long.
        """
        return facts.exclude(pk__in=self._quiet(on))

    def _quiet(self, on: date) -> QuerySet[Any]:
        """The keys of the facts with an answer that keeps them from the open list on a day."""
        quiet = Answer.objects.standing().filter(kind=self.kind, on__lte=on)
        return quiet.filter(last_word() | Q(until__gt=on)).values(self.about)

    def latest(self, pks: Iterable[int]) -> dict[int, Answer]:
        """The last standing answer to each of these rows, if it has one."""
        rows = Answer.objects.standing().filter(kind=self.kind, **{f"{self.about}__in": list(pks)})
        return {
            getattr(each, f"{self.about}_id"): each for each in rows.select_related("recorded_by").order_by("ordinal")
        }

    def history(self, pk: int) -> list[Answer]:
        """Everything that was said about one row, the newest first, taken back or not."""
        rows = Answer.objects.filter(kind=self.kind, **{self.about: pk})
        return list(rows.select_related("recorded_by", "revoked_by").order_by("-ordinal"))

    def row(self, fact: Any, on: date) -> WorklistRow:
        """A fact of this class as a row of the worklist."""
        told = self.tell(fact)
        return WorklistRow(
            pk=fact.pk,
            serial=told.serial,
            organisation=told.organisation,
            on=fact.on,
            age=(on - fact.on).days,
            words=told.words,
            next_step=told.next_step or self.next_step,
            owner=told.owner or self.owner,
            url=reverse(self.page, args=[fact.pk]) if self.page else "",
        )


def last_word() -> Q:
    """Answers after which a row is closed. Of `not_ours` Cubiss still has to find out where the voucher was."""
    return Q(until__isnull=True) & ~Q(words=AnswerWords.NOT_OURS)


def incomplete(
    classes: Collection[Discrepancy], kinds: Iterable[DiscrepancyKind], words: Iterable[AnswerWords]
) -> list[str]:
    """What the classes lack before anybody can work with them, a line each."""
    found = [each.kind for each in classes]
    slugs = [each.slug for each in classes]
    offered = {said for each in classes for said in (*each.offered, *each.offered_to_party)}
    return [
        *(f"{kind!r} has {found.count(kind)} classes" for kind in kinds if found.count(kind) != 1),
        *(f"{kind!r} is about no column of Answer" for kind in kinds if kind not in ABOUT),
        *(f"{each.kind!r} shares its address {each.slug}" for each in classes if slugs.count(each.slug) > 1),
        *(f"{each.kind!r} offers Cubiss no answer" for each in classes if not each.offered),
        *(
            f"{each.kind!r}: the organisation answers it, so it is reminded, or neither"
            for each in classes
            if bool(each.offered_to_party) != bool(each.reminded_as)
        ),
        *(f"{said!r} is an answer to nothing" for said in words if said not in offered),
        *(f"{said!r} comes back on a day and is no answer" for said in PAUSES if said not in offered),
    ]
