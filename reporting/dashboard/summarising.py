"""Filling the day summary: a few minutes after a fact was recorded it is in there, by one INSERT ... SELECT.

Facts are taken in the order in which the database numbered them. On PostgreSQL a number may still belong to somebody
who is writing; so a run first notes how far it could go, and a later run goes there when everybody who was busy at
that moment is done. Until then the facts are counted beside the summary (counted.py), so nothing is ever missing.
"""

from django.db import connection, transaction
from django.db.models import F

from intermediaries.models import Accreditation
from reporting.dashboard.day_counts import (
    COLUMNS,
    PLACE,
    REVOKED_LIST,
    TABLES,
    CountedUpTo,
    newly_revoked,
    recorded,
    taken_off,
)
from reporting.dashboard.models import DaySummary, MonthSummary, SummaryReach, SummaryRevoked

FACTS = tuple(TABLES.values())
DAYS, MONTHS = DaySummary._meta.db_table, MonthSummary._meta.db_table


def tracks() -> dict[str, int]:
    """The track of every accreditation today, by its key as JSON keeps it."""
    return {str(pk): track for pk, track in Accreditation.objects.values_list("pk", "track")}


def catch_up(*, alone: bool = False) -> bool:
    """Take into the summary what was recorded since; False when another run is at it. Any number of times, at once too.

    `alone`: wait until nobody writes facts, and let nobody begin, so that it reaches the last one now.
    """
    SummaryReach.objects.get_or_create(pk=1)
    with transaction.atomic():
        reach = SummaryReach.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=1).first()
        if reach is None:
            return False
        known = tracks()
        if any(known.get(pk) != track for pk, track in reach.tracks.items()):
            _forget(reach)
        if alone and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {', '.join(FACTS)} IN SHARE MODE")
        last = _last()
        if alone or connection.vendor != "postgresql":
            _go(reach, last, known)
        else:
            _go_when_settled(reach, last, known)
        reach.save()
        SummaryReach.objects.filter(pk=1).update(version=F("version") + 1)
    if not alone and connection.vendor == "postgresql":
        _note_who_is_busy(reach)
    return True


def rebuild() -> int:
    """Make the whole summary anew; gives its number of rows."""
    SummaryReach.objects.get_or_create(pk=1)
    with transaction.atomic():
        _forget(reach := SummaryReach.objects.select_for_update().get(pk=1))
        reach.save()
        catch_up(alone=True)
    return DaySummary.objects.count()


def _forget(reach: SummaryReach) -> None:
    """Back to nothing: an accreditation has another track than was counted, or somebody asked."""
    DaySummary.objects.all().delete()
    MonthSummary.objects.all().delete()
    SummaryRevoked.objects.all().delete()
    reach.handouts = reach.enrolments = reach.years = reach.after = 0


def _last() -> CountedUpTo:
    """The last key of each table that can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT COALESCE(MAX(id), 0) FROM {table})" for table in FACTS))
        return CountedUpTo(*cursor.fetchone())


def _go_when_settled(reach: SummaryReach, last: CountedUpTo, known: dict[str, int]) -> None:
    """Go as far as was noted, when who was writing then is done; and note how far the next run may go."""
    oldest, mine = _busy()
    # A database that was put back elsewhere counts its transactions anew: then what was noted says nothing.
    if reach.after and reach.after <= mine:
        if reach.after > oldest:
            return
        _go(reach, CountedUpTo(reach.next_handouts, reach.next_enrolments, reach.next_years), known)
    reach.next_handouts, reach.next_enrolments, reach.next_years = last.handouts, last.enrolments, last.years
    reach.after = 0


def _busy() -> tuple[int, int]:
    """The oldest transaction of the server that is not done, and ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_current_xact_id()::text::bigint"
        )
        return cursor.fetchone()


def _note_who_is_busy(reach: SummaryReach) -> None:
    """Whoever may hold a number up to the noted one has an older transaction than this one, which begins after it."""
    with transaction.atomic():
        waits = SummaryReach.objects.select_for_update().filter(pk=1, after=0, next_handouts=reach.next_handouts)
        if waits.filter(next_enrolments=reach.next_enrolments, next_years=reach.next_years).exists():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text::bigint")
                (mine,) = cursor.fetchone()
            SummaryReach.objects.filter(pk=1, after=0).update(after=mine)


def _go(reach: SummaryReach, until: CountedUpTo, known: dict[str, int]) -> None:
    """From where the summary is to a later place. `known`: the tracks as they were before anything was counted."""
    now = CountedUpTo(reach.handouts, reach.enrolments, reach.years)
    reach.tracks = known
    revoked = _list_revoked(until)
    if now == until and not revoked:
        return
    facts = recorded(now, until)
    if revoked:
        facts += f" UNION ALL {taken_off(until)}"
    _add(DAYS, COLUMNS, facts, "what, day, organisation, branch, track")
    # The first time the days are all there is: adding those up is quicker than reading the facts once more.
    whole = now == CountedUpTo()
    _add(MONTHS, f"what, month, {PLACE}", f"SELECT * FROM {DAYS}" if whole else facts, f"what, month, {PLACE}")
    SummaryRevoked.objects.filter(folded=False).update(folded=True)
    reach.handouts, reach.enrolments, reach.years = until.handouts, until.enrolments, until.years


def _list_revoked(until: CountedUpTo) -> int:
    """Put on the list what was revoked and is not on it yet; gives how many."""
    limits = {"handout": until.handouts, "enrolment": until.enrolments, "year": until.years}
    added = 0
    with connection.cursor() as cursor:
        for fact, limit in limits.items():
            cursor.execute(
                f"INSERT INTO {REVOKED_LIST} (fact, key, folded)"
                f" SELECT '{fact}', id, FALSE FROM ({newly_revoked(fact, limit)}) revoked"
            )
            added += cursor.rowcount
    return added


def _add(table: str, columns: str, facts: str, key: str) -> None:
    """Add up facts and put them with what is there; what comes to nothing is no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS kept ({columns}, count)"
            f" SELECT {columns}, SUM(count) FROM ({facts}) facts WHERE 1 = 1 GROUP BY {columns} HAVING SUM(count) <> 0"
            f" ON CONFLICT ({key}) DO UPDATE SET count = kept.count + excluded.count"
        )
