"""Use of the library after joining (risk 4): what libraries entered per quarter, and what of it may be told outside.

Outside Cubiss a count of one to four, or of all but so few, stands in one row with others (`hold_back`), as in every
table that leaves; where even that would give one away nothing of that quarter is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from reporting.figures.as_of import AsOf, closings
from reporting.figures.suppression import hold_back, is_small
from reporting.monitor.models import LibraryUse

TOGETHER = "Andere bibliotheken samen"
WORDS = {
    name: str(each.verbose_name)
    for name in LibraryUse.COUNTS
    for each in LibraryUse._meta.concrete_fields
    if each.name == name
}


@dataclass(frozen=True)
class UseRow:
    """One library, several together or all, in one quarter: per count how many of how many; None is not told."""

    name: str
    members: int
    counts: Mapping[str, int | None]

    @property
    def cells(self) -> list[tuple[str, int | None, Decimal | None]]:
        """Per column: its words, the count and the part of the members."""
        return [
            (
                words,
                self.counts[name],
                None if self.counts[name] is None else Decimal(self.counts[name] or 0) / self.members,
            )
            for name, words in WORDS.items()
        ]


@dataclass(frozen=True)
class UseTable:
    """A quarter: its rows, and all of them together (None when that may not be told)."""

    quarter: Quarter
    rows: Sequence[UseRow]
    whole: UseRow | None


def of_library(library: Organisation, as_of: AsOf) -> list[LibraryUse]:
    """What one library entered, the newest quarter first: its own figures, whole."""
    return list(LibraryUse.objects.filter(as_of.recorded(), library=library).order_by("-quarter"))


def tables(as_of: AsOf, *, outside: bool = False) -> list[UseTable]:
    """Every quarter of which something was entered, the newest first."""
    entered: dict[Quarter, list[LibraryUse]] = {}
    rows = LibraryUse.objects.filter(as_of.recorded(), quarter__lte=str(Quarter.of(as_of.until)))
    for each in rows.select_related("library").order_by("library__name"):
        entered.setdefault(each.quarter, []).append(each)
    before = _told_before(as_of) if outside else {}
    return [_table(quarter, entered[quarter], before, outside) for quarter in sorted(entered, reverse=True)]


def _table(quarter: Quarter, facts: Sequence[LibraryUse], before: Mapping, outside: bool) -> UseTable:
    rows = [UseRow(each.library.name, each.members, {name: getattr(each, name) for name in WORDS}) for each in facts]
    if not outside:
        return UseTable(quarter, rows, _summed("Alle bibliotheken", rows) if rows else None)
    held = _held(facts, before)
    if held is None:
        return UseTable(quarter, (), None)
    shown = [row for row, fact in zip(rows, facts, strict=True) if fact.library_id not in held]
    rest = [row for row, fact in zip(rows, facts, strict=True) if fact.library_id in held]
    if rest:
        shown.append(_summed(TOGETHER, rest))
    return UseTable(quarter, shown, _summed("Alle bibliotheken", rows))


def _held(facts: Sequence[LibraryUse], before: Mapping) -> frozenset | None:
    """The libraries that stand together: small in one of their numbers, or moved by so few since they were told."""
    small = {fact.library_id for fact in facts if _gives_away(fact, before.get((fact.library_id, fact.quarter), ()))}
    held: frozenset = frozenset(small)
    for numbers in _numbers_of(facts):
        found = hold_back(numbers, held)
        if found is None:
            return None
        held |= found
    # The members who did not are people as well: they too are known only together.
    together = [_numbers_of([fact for fact in facts if fact.library_id in held])]
    whole = _numbers_of(facts)
    if any(is_small(sum(each.values())) for numbers in (*together, whole) for each in numbers):
        return None
    return held


def _numbers_of(facts: Sequence[LibraryUse]) -> list[dict[int, int]]:
    """Every number that a table gives or lets be worked out: members, those who did, and those who did not."""
    found = [{each.library_id: each.members for each in facts}]
    for name in WORDS:
        told = [each for each in facts if getattr(each, name) is not None]
        found.append({each.library_id: getattr(each, name) for each in told})
        found.append({each.library_id: each.members - getattr(each, name) for each in told})
    return [each for each in found if each]


def _gives_away(fact: LibraryUse, earlier: Sequence[LibraryUse]) -> bool:
    now = [numbers[fact.library_id] for numbers in _numbers_of([fact])]
    if any(is_small(each) for each in now):
        return True
    for other in earlier:
        then = [numbers[fact.library_id] for numbers in _numbers_of([other])]
        if len(then) != len(now) or any(is_small(a - b) for a, b in zip(now, then, strict=True)):
            return True
    return False


def _told_before(as_of: AsOf) -> dict[tuple[int, Quarter], list[LibraryUse]]:
    """What stood at earlier closings and was corrected since: beside the new number the old one would tell of few."""
    found: dict[tuple[int, Quarter], list[LibraryUse]] = {}
    for each in LibraryUse.objects.filter(revoked_at__isnull=False, recorded_at__lte=as_of.at):
        stood = any(AsOf.at_closing(c).at >= each.recorded_at and c.closed_at < each.revoked_at for c in closings())
        if stood and each.revoked_at and each.revoked_at <= as_of.at:
            found.setdefault((each.library_id, each.quarter), []).append(each)
    return found


def _summed(name: str, rows: Sequence[UseRow]) -> UseRow:
    """Rows together. A count that one of them did not make is not told of all, for it has another whole."""
    counts = {
        column: None
        if any(row.counts[column] is None for row in rows)
        else sum(row.counts[column] or 0 for row in rows)
        for column in WORDS
    }
    return UseRow(name, sum(row.members for row in rows), counts)
