"""What stands today, per day or month, organisation, branch and track: the day summary and the facts beside it.

Always what the facts say, whenever the summary was last filled (invariants in reporting/integrity/day_summary.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from reporting.dashboard.day_counts import COLUMNS, Reach, beside
from reporting.dashboard.models import DaySummary, SummaryReach
from reporting.dashboard.summarising import tracks

TRIES = 5


@dataclass(frozen=True)
class Counted:
    """So many of something. `at` is a day or a month (12 times the year and the months before it), as was asked.

    `stretch`: after how many of the days that were named it lies.
    """

    what: str
    at: date | int
    organisation: int
    branch: int
    track: int
    stretch: int
    count: int


def per_month(until: date, apart: Sequence[date] = ()) -> list[Counted]:
    """Everything up to and including a day, per month; what lies before and from a day of `apart` on stays apart.

    One question to the database.
    """
    return _counted("month", until, apart)


def per_day(until: date) -> list[Counted]:
    """The same per day."""
    to_day = DaySummary._meta.get_field("day").to_python
    return [
        Counted(each.what, to_day(each.at), each.organisation, each.branch, each.track, 0, each.count)
        for each in _counted("day", until, ())
    ]


def _counted(at: str, until: date, apart: Sequence[date]) -> list[Counted]:
    """One statement sees the summary, its version and the facts at one moment; when it was another, ask again."""
    for _ in range(TRIES):
        reach = SummaryReach.objects.filter(pk=1).first() or SummaryReach(pk=1)
        kept = Reach(reach.handouts, reach.enrolments, reach.years)
        stale = _stale(reach)
        (seen, *_), *rows = _ask(at, until, apart, Reach() if stale else kept, with_summary=not stale)
        if seen == str(reach.version):
            return [Counted(*row) for row in rows]
    # Whoever writes again and again while somebody reads: without the summary it is right as well.
    return [Counted(*row) for row in _ask(at, until, apart, Reach(), with_summary=False)[1:]]


def _stale(reach: SummaryReach) -> bool:
    """An accreditation has another track than when it was counted: until the next run all facts are counted."""
    now = tracks()
    return any(now.get(pk) != track for pk, track in reach.tracks.items())


def _ask(at: str, until: date, apart: Sequence[date], reach: Reach, *, with_summary: bool) -> Sequence[tuple]:
    """The version of the summary, and then a row per thing that is counted."""
    sources = beside(reach)
    if with_summary:
        sources += f" UNION ALL SELECT {COLUMNS}, count FROM {DaySummary._meta.db_table}"
    # Days of ours, no text that somebody typed: they may stand in the question itself.
    stretch = " + ".join(["0", *(f"CASE WHEN day >= '{each.isoformat()}' THEN 1 ELSE 0 END" for each in apart)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CAST(COALESCE(MAX(version), 0) AS varchar(20)) AS what, NULL AS at, 0 AS organisation, 0 AS branch,"
            f" 0 AS track, 0 AS stretch, 0 AS count, 0 AS place FROM {SummaryReach._meta.db_table} UNION ALL"
            f" SELECT what, {at}, organisation, branch, track, {stretch}, CAST(SUM(count) AS bigint), 1"
            f" FROM ({sources}) counted WHERE day <= '{until.isoformat()}' GROUP BY 1, 2, 3, 4, 5, 6"
            " HAVING SUM(count) <> 0 ORDER BY place"
        )
        return [row[:-1] for row in cursor.fetchall()]
