"""What stands today, per month and place: the summary and the facts beside it.

Always what the facts say, whenever the summary was last filled (invariants in reporting/integrity/day_summary.py).
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from reporting.dashboard.day_counts import (
    COLUMNS,
    PLACE,
    CountedUpTo,
    Gone,
    beside,
    how_many_newly_revoked,
    newly_revoked,
)
from reporting.dashboard.models import DaySummary, MonthSummary, SummaryReach
from reporting.dashboard.summarising import tracks

DAYS, MONTHS, REACH = (each._meta.db_table for each in (DaySummary, MonthSummary, SummaryReach))
TRIES = 5


class MonthCount(NamedTuple):
    """So many of something in one month (12 times the year and the months before it).

    `stretch`: after how many of the days that were named it lies. `number` is of the track that was asked.
    """

    what: str
    month: int
    organisation: int
    branch: int
    stretch: int
    number: int
    of_any_track: int


def per_month(until: date, apart: Sequence[date] = (), track: int | None = None) -> list[MonthCount]:
    """Everything up to and including a day, per month; what lies before and from a day of `apart` on stays apart.

    One question to the database. Whole months are read as months, and those in which a day decides by their days.
    """
    last = until.year * 12 + until.month - 1
    by_day = {last, *(each.year * 12 + each.month - 1 for each in apart if each.day != 1)}
    named = ", ".join(map(str, sorted(by_day)))
    stretch = " + ".join(["0", *(f"CASE WHEN day >= '{each.isoformat()}' THEN 1 ELSE 0 END" for each in apart)])
    of_month = " + ".join(
        ["0", *(f"CASE WHEN month >= {each.year * 12 + each.month - 1} THEN 1 ELSE 0 END" for each in apart)]
    )
    columns = "what, month, organisation, branch"
    asked = "count" if track is None else f"CASE WHEN track = {track:d} THEN count ELSE 0 END"
    upto = f"day <= '{until.isoformat()}'"

    def question(reach: CountedUpTo, gone: Gone, with_summary: bool) -> str:
        parts = [
            f"SELECT {columns}, track, {stretch} AS stretch, count FROM ({beside(reach, gone)}) facts WHERE {upto}"
        ]
        if with_summary:
            parts += [
                f"SELECT {columns}, track, {stretch}, count FROM {DAYS} WHERE month IN ({named}) AND {upto}",
                f"SELECT {columns}, track, {of_month}, count FROM {MONTHS} WHERE month < {last}"
                f" AND month NOT IN ({named})",
            ]
        return (
            f"SELECT {columns}, stretch, CAST(SUM({asked}) AS bigint), CAST(SUM(count) AS bigint)"
            f" FROM ({' UNION ALL '.join(parts)}) counted GROUP BY {columns}, stretch HAVING SUM(count) <> 0"
        )

    return [MonthCount._make(row) for row in _counted(question, ("what", *["0"] * 6))]


def differing(standing: str, number: str) -> list[tuple]:
    """Where this says something else than another count: what, day and place, with this number and that one.

    `standing`: the other count as SQL with the same columns, of which `number` is how many. The database compares: of a
    whole country there are over a million rows.
    """
    columns = f"what, day, {PLACE}"

    def question(reach: CountedUpTo, gone: Gone, with_summary: bool) -> str:
        facts = beside(reach, gone) + (f" UNION ALL SELECT {COLUMNS}, count FROM {DAYS}" if with_summary else "")
        return (
            f"SELECT {columns}, CAST(SUM(count) AS bigint), CAST(SUM(other) AS bigint) FROM ("
            f"SELECT {columns}, count, 0 AS other FROM ({facts}) counted"
            f" UNION ALL SELECT {columns}, 0, {number} FROM ({standing}) standing) both_counts"
            f" GROUP BY {columns} HAVING SUM(count) <> SUM(other)"
        )

    return sorted(_counted(question, ("what", "CAST(NULL AS date)", *["0"] * 5)), key=str)


def _counted(question: Callable[[CountedUpTo, Gone, bool], str], blank: Sequence[str]) -> Sequence[tuple]:
    """One statement sees the summary, its version and the facts at one moment; when it was another, ask again.

    `blank`: a row like those of the question, of which the first column is a text: there stands the version.
    """
    _, *others = blank
    for _ in range(TRIES):
        reach = SummaryReach.objects.filter(pk=1).first() or SummaryReach(pk=1)
        kept = CountedUpTo(reach.handouts, reach.enrolments, reach.years)
        stale = _stale(reach)
        version = f"SELECT CAST(COALESCE(MAX(version), 0) AS varchar(20)) AS what, {', '.join(others)} FROM {REACH}"
        asked = question(CountedUpTo(), Gone(), False) if stale else question(kept, _gone(kept), True)
        first, *rows = _ask(f"SELECT * FROM ({version}) first UNION ALL SELECT * FROM ({asked}) counted")
        if first[0] == str(reach.version):
            return rows
    # Whoever writes again and again while somebody reads: without the summary it is right as well.
    return _ask(question(CountedUpTo(), Gone(), False))


def _gone(kept: CountedUpTo) -> Gone:
    """What was revoked since the last run; who revokes at this very moment is counted a moment later."""
    limits = {"handout": kept.handouts, "enrolment": kept.enrolments, "year": kept.years}
    (many,) = _ask("SELECT " + ", ".join(how_many_newly_revoked(fact, limit) for fact, limit in limits.items()))
    asked = {fact: limit for (fact, limit), number in zip(limits.items(), many, strict=True) if number}
    found = {fact: tuple(key for (key,) in _ask(newly_revoked(fact, limit))) for fact, limit in asked.items()}
    return Gone(*(found.get(fact, ()) for fact in limits))


def _stale(reach: SummaryReach) -> bool:
    """An accreditation has another track than when it was counted: until the next run all facts are counted."""
    now = tracks()
    return any(now.get(pk) != track for pk, track in reach.tracks.items())


def _ask(sql: str) -> Sequence[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
