"""A figure as a query: what is counted, up to when, since when, and of whom. It leads to the facts.

A figure carries its query so that Cubiss' own pages can link it. What leaves Cubiss never shows it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse

from kbl.periods import Quarter

NOW, NOBODY = "nu", "geen"
NO_TRACK = "no_track"  # outside Cubiss it does not matter why something has no track


class FundAmount(StrEnum):
    """The amounts of the membership fund."""

    RECEIVED = "received"
    SPENT = "spent"
    OWED = "owed"
    WAITING = "waiting"
    COMMITTED = "committed"
    USED = "used"
    FREE = "free"
    BUDGET = "budget"
    CONTRIBUTION = "contribution"


FUND_AMOUNTS: frozenset[str] = frozenset(FundAmount)
PARAMETERS = {
    "library": "bibliotheek",
    "municipality": "gemeente",
    "intermediary": "intermediair",
    "track": "spoor",
    "kind": "soort",
    "year": "jaar",
    NO_TRACK: "zonderspoor",
}


@dataclass(frozen=True)
class FigureQuery:
    """What a figure counts. `until` and `since` are closed quarters: None is now, and the start.

    An amount may also be of the end of a `day`, as the fund's page shows it.
    `by` narrows to a library, municipality, intermediary (ids; None has none), track or kind of intermediary.
    """

    what: str
    until: Quarter | None = None
    since: Quarter | None = None
    by: tuple[tuple[str, int | None], ...] = ()
    day: date | None = None

    @property
    def is_fund_amount(self) -> bool:
        return self.what in FUND_AMOUNTS

    @property
    def query_string(self) -> str:
        """As it stands in an address."""
        words: dict[str, object] = {} if self.is_fund_amount else {"wat": self.what}
        words |= {PARAMETERS[name]: NOBODY if key is None else key for name, key in self.by}
        words["tot"] = self.day or self.until or NOW
        if self.since:
            words["sinds"] = self.since
        return urlencode(words)

    @property
    def url(self) -> str:
        """The page with the facts of this figure."""
        page = reverse("cubiss:audit_money", args=[self.what]) if self.is_fund_amount else reverse("cubiss:audit_facts")
        return f"{page}?{self.query_string}"

    def file_url(self, kind: str) -> str:
        """The same facts as a file, `csv` or `xlsx`."""
        if self.is_fund_amount:
            return f"{reverse('cubiss:audit_money_file', args=[self.what, kind])}?{self.query_string}"
        return f"{reverse('cubiss:audit_facts_file', args=[kind])}?{self.query_string}"

    def narrowed(self, name: str, key: int | None) -> "FigureQuery":
        """The same query about a part of it."""
        return replace(self, by=(*self.by, (name, key)))
