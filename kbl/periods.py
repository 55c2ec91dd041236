"""Quarters: the rhythm in which the programme reports, declares and pays. No database.

A quarter's borders are local midnights, so it is defined on dates (Europe/Amsterdam), never on moments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ORDINALS = {1: "1e", 2: "2e", 3: "3e", 4: "4e"}


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; `str()` gives `2025-Q4`, which also sorts as text."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in ORDINALS:
            raise ValueError(f"There is no quarter {self.number}.")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read `2025-Q4` (also `2025q4`, `2025-4`). Raises ValueError for anything else."""
        found = re.fullmatch(r"\s*(\d{4})\s*-?\s*[QqkK]?([1-4])\s*", text)
        if not found:
            raise ValueError(f"{text!r} is not a quarter.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """As people say it: `4e kwartaal 2025`."""
        return f"{ORDINALS[self.number]} kwartaal {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def earlier(self, count: int) -> "Quarter":
        """So many quarters before this one."""
        return self if count == 0 else self.previous.earlier(count - 1)

    def is_over(self, on: date) -> bool:
        """True from the first local day after the quarter."""
        return on > self.last_day

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def quarters(first: date, last: date) -> Iterator[Quarter]:
    """Every quarter that has a day in `first..last`, oldest first."""
    quarter = Quarter.of(first)
    while quarter.first_day <= last:
        yield quarter
        quarter = quarter.next


def years_later(day: date, years: int = 1) -> date:
    """The same day so many years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
