"""May this act be done, with this voucher, on this day, by this organisation? If not: which reason, and what then?

Every act (redeeming, handing out, renewing, undoing them) has one enum of reasons and one table with a row per reason.
Whoever does the act or shows what it would do (desk, portal, list, file, API) asks the same rows. A row's condition
reads a plain *case*: what the books say, loaded beforehand, so that one voucher and ten thousand get the same answer.

`reporting`'s integrity checks do not read these tables, on purpose: they would repeat a mistake instead of finding it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Generic, TypeVar

Case = TypeVar("Case")


class Worklist(StrEnum):
    """On which list of discrepancies Cubiss finds an attempt that was refused and kept; NONE when on no list at all."""

    NONE = "none"
    OFFERED_TWICE = "offered_twice"
    REFUSED_OFFERS = "refused_offers"


@dataclass(frozen=True)
class Advice:
    """What is the matter, in a few words, and one sentence on what to do now.

    `about_day`: the day that was typed is what is wrong, so a form shows this beside the day and keeps the rest.
    """

    title: str
    next_step: str
    about_day: bool = False

    def __str__(self) -> str:
        return f"{self.title}. {self.next_step}"


def _no_day(case: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Ground(Generic[Case]):
    """A ground for refusal: one reason why an act cannot be done.

    `reason`: the member of the act's enum; it may be stored.
    `holds`: whether this is so in a case. Rows are asked in the order of their table; the first that holds is told.
    `day`: the first or last day on which it could be done, where a day is what stands in the way.
    `says`: what the party reads. `office`: what the office's import reads, where that differs.
    `next_step`: what Cubiss does next; empty when the party can go on by itself.
    `worklist`, `kept`: where Cubiss finds the attempt, and whether the attempt is kept at all.
    """

    reason: Enum
    holds: Callable[[Case], bool]
    says: Callable[[Case], Advice]
    next_step: str
    worklist: Worklist
    kept: bool
    day: Callable[[Case], date | None] = _no_day
    office: Callable[[Case], str] | None = None

    def tells_office(self, case: Case) -> str:
        """One sentence for somebody of Cubiss who reads in a list."""
        return self.office(case) if self.office else str(self.says(case))


class IncompleteTable(Exception):
    """A table of grounds has not exactly one row for every reason: the programme does not start."""


def table(reasons: type[Enum], grounds: Iterable[Ground[Case]]) -> tuple[Ground[Case], ...]:
    """The rows of an act, in the order in which they are asked. Raises IncompleteTable."""
    rows = tuple(grounds)
    count = Counter(row.reason for row in rows)
    wrong = [reason for reason in reasons if count[reason] != 1] + [reason for reason in count if reason not in reasons]
    if wrong:
        raise IncompleteTable(f"not exactly one row: {', '.join(map(str, wrong))}")
    if stray := [row.reason for row in rows if row.worklist is not Worklist.NONE and not row.kept]:
        raise IncompleteTable(f"on a worklist and yet not kept: {', '.join(map(str, stray))}")
    return rows


def first(grounds: Sequence[Ground[Case]], case: Case) -> Ground[Case] | None:
    """The first reason why not, if there is one."""
    return next((ground for ground in grounds if ground.holds(case)), None)


def row(grounds: Sequence[Ground[Case]], reason: Enum) -> Ground[Case]:
    """The row of a reason."""
    return next(ground for ground in grounds if ground.reason == reason)


class NotEligible(Exception, Generic[Case]):
    """An act cannot be done: the row that says why, and the case in which it holds. Each act has its own kind."""

    def __init__(self, ground: Ground[Case], case: Case) -> None:
        super().__init__(ground.reason.value)  # never the case: what a voucher is, does not belong in a log
        self.ground, self.case = ground, case

    @property
    def reason(self) -> Enum:
        return self.ground.reason

    @property
    def day(self) -> date | None:
        """The first or last day on which it could be done, where a day is what stands in the way."""
        return self.ground.day(self.case)

    @property
    def advice(self) -> Advice:
        """What the party reads."""
        return self.ground.says(self.case)

    @property
    def office(self) -> str:
        """What somebody of Cubiss reads in a list."""
        return self.ground.tells_office(self.case)
