"""The questions behind the day summary, as SQL for both engines: what is in it, and what the facts say beside it.

A fact is added, never edited, and can be revoked once. So there are in the summary the facts up to a number, less those
that a list of revoked ones names; neither ever changes by itself. What stands today is

    the summary + what stands of the later facts - what was revoked of the earlier ones and is not on that list

and the last two are few, and are found by their own small indexes. The track of a membership is that of the hand-out of
its voucher, whichever of the two was told first: so memberships are counted without a track (-1: not reported), and
every pair of a membership and a hand-out moves one from there to the hand-out's track. A pair stands while both do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

STATES = STANDS, REVOKED = "revoked_at IS NULL", "revoked_at IS NOT NULL"
PLACE = "organisation, branch, track"
COLUMNS = f"what, day, month, {PLACE}"
TRACK = "COALESCE(accreditation.track, 0)"
UNTOLD = "-1"


@dataclass(frozen=True)
class CountedUpTo:
    """Up to which key of each table facts are in the summary."""

    handouts: int = 0
    enrolments: int = 0
    years: int = 0


@dataclass(frozen=True)
class Gone:
    """The keys of the facts within reach that were revoked and are still in the summary."""

    handouts: tuple[int, ...] = ()
    enrolments: tuple[int, ...] = ()
    years: tuple[int, ...] = ()


TABLES = {
    "handout": "intermediaries_handout",
    "enrolment": "libraries_enrolment",
    "year": "libraries_membershipyear",
}
REVOKED_LIST = "reporting_summaryrevoked"


@dataclass(frozen=True)
class _Kind:
    """Facts with a place of their own: where they are, and what of them is kept. `fact` is their table's name here."""

    fact: str
    tables: str
    what: str
    limit: str
    only: str = ""

    def each_state(self, *states: str) -> Iterator[str]:
        """The condition of each of these states of the fact; for a year with each of its enrolment's."""
        for state in states:
            if self.fact == "enrolment":
                yield f"enrolment.{state}"
            else:
                yield from (f"{self.fact}.{state} AND enrolment.{each}" for each in STATES)


_HANDED_OUT = """intermediaries_handout handout
    LEFT JOIN intermediaries_accreditation accreditation ON accreditation.id = handout.accreditation_id"""
_MEMBERSHIPS = (
    _Kind("enrolment", "libraries_enrolment enrolment", "enrolment.kind", "enrolments"),
    _Kind(
        "year",
        "libraries_membershipyear year JOIN libraries_enrolment enrolment ON enrolment.id = year.enrolment_id",
        "'renewed'",
        "years",
        " AND year.ordinal > 1 AND enrolment.kind <> 'free_anyway'",
    ),
)


def month_of(day: str) -> str:
    """The month of a day as one number: 12 times the year and the months that went before it."""
    if connection.vendor == "postgresql":
        return f"(EXTRACT(YEAR FROM {day}) * 12 + EXTRACT(MONTH FROM {day}) - 1)::int"
    return f"(CAST(strftime('%Y', {day}) AS INTEGER) * 12 + CAST(strftime('%m', {day}) AS INTEGER) - 1)"


def recorded(since: CountedUpTo, until: CountedUpTo) -> str:
    """Every fact that the summary gets when it goes from one reach to another, apart from what it took off before."""
    handed = f"handout.id > {since.handouts} AND handout.id <= {until.handouts}"
    parts = [_handouts(handed, 1)]
    for kind in _MEMBERSHIPS:
        low, high = getattr(since, kind.limit), getattr(until, kind.limit)
        new = f"{kind.fact}.id > {low} AND {kind.fact}.id <= {high}"
        parts.append(_memberships(kind, new, 1))
        # Both states of what is looked up by name: then each is found by the index that is for it.
        for given in STATES:
            known = f"handout.id <= {until.handouts} AND handout.{given} AND {_unlisted('handout', 'folded')}"
            parts += _pairs(kind, f"{new} AND {known}", 1)
        for found in kind.each_state(*STATES):
            old = f"{kind.fact}.id <= {low} AND {found} AND {_unlisted(kind.fact, 'folded')}"
            parts += _pairs(kind, f"{old} AND {handed}", 1)
    return " UNION ALL ".join(parts)


def taken_off(until: CountedUpTo) -> str:
    """What the facts count for that are on the list of revoked ones and not folded yet."""
    parts = [_handouts(_listed("handout", "NOT folded"), -1)]
    for kind in _MEMBERSHIPS:
        gone = _listed(kind.fact, "NOT folded")
        parts.append(_memberships(kind, gone, -1))
        for given in STATES:
            known = f"handout.id <= {until.handouts} AND handout.{given} AND {_unlisted('handout', 'folded')}"
            parts += _pairs(kind, f"{gone} AND {known}", -1)
        for found in kind.each_state(*STATES):
            old = f"{kind.fact}.id <= {getattr(until, kind.limit)} AND {found} AND {_unlisted(kind.fact, '1 = 1')}"
            parts += _pairs(kind, f"{old} AND {_listed('handout', 'NOT folded')}", -1)
    return " UNION ALL ".join(parts)


def _listed(fact: str, state: str) -> str:
    """A fact is on the list of revoked ones, in this state of its row there."""
    return f"{fact}.id IN (SELECT key FROM {REVOKED_LIST} WHERE fact = '{fact}' AND {state})"


def _unlisted(fact: str, state: str) -> str:
    return f"NOT {_listed(fact, state)}"


def newly_revoked(fact: str, limit: int) -> str:
    """The keys of the facts of a kind that were revoked and are in a summary up to a number, and on no list yet."""
    return (
        f"SELECT fact.id FROM {TABLES[fact]} fact WHERE fact.{REVOKED} AND fact.id <= {limit} AND fact.id NOT IN"
        f" (SELECT key FROM {REVOKED_LIST} WHERE fact = '{fact}')"
    )


def how_many_newly_revoked(fact: str, limit: int) -> str:
    """How many those are: three counts that indexes answer, for usually there are none."""
    table = TABLES[fact]
    return (
        f"(SELECT COUNT(*) FROM {table} WHERE {REVOKED})"
        f" - (SELECT COUNT(*) FROM {table} WHERE {REVOKED} AND id > {limit})"
        f" - (SELECT COUNT(*) FROM {REVOKED_LIST} WHERE fact = '{fact}')"
    )


def beside(reach: CountedUpTo, gone: Gone) -> str:
    """What the facts say beside a summary of this reach: what came later, less what was revoked of what is in it."""
    later, earlier = f"handout.id > {reach.handouts}", f"handout.id <= {reach.handouts}"
    parts = [_handouts(f"{later} AND handout.{STANDS}", 1)]
    if gone.handouts:
        parts.append(_handouts(_one_of("handout", gone.handouts), -1))
    for kind in _MEMBERSHIPS:
        new, old = (f"{kind.fact}.id {sign} {getattr(reach, kind.limit)}" for sign in (">", "<="))
        stands = f"{kind.fact}.{STANDS}"
        parts.append(_memberships(kind, f"{new} AND {stands}", 1))
        parts += _pairs(kind, f"{new} AND {stands} AND handout.{STANDS}", 1)
        if keys := getattr(gone, kind.limit):
            off = _one_of(kind.fact, keys)
            parts.append(_memberships(kind, off, -1))
            parts += _pairs(kind, f"{off} AND {earlier} AND handout.{STANDS}", -1)
            if gone.handouts:
                parts += _pairs(kind, f"{off} AND {_one_of('handout', gone.handouts)}", -1)
        for found in kind.each_state(STANDS):
            parts += _pairs(kind, f"{old} AND {found} AND {later} AND handout.{STANDS}", 1)
            if gone.handouts:
                parts += _pairs(kind, f"{old} AND {found} AND {_one_of('handout', gone.handouts)}", -1)
    return " UNION ALL ".join(parts)


def _one_of(fact: str, keys: tuple[int, ...]) -> str:
    return f"{fact}.id IN ({', '.join(map(str, keys))})"


def _handouts(condition: str, sign: int) -> str:
    return _counted("'handed_out'", "handout", "handout.organisation_id, 0", TRACK, _HANDED_OUT, condition, sign)


def _memberships(kind: _Kind, condition: str, sign: int) -> str:
    place = f"{kind.fact}.library_id, enrolment.branch_id"
    return _counted(kind.what, kind.fact, place, UNTOLD, kind.tables, condition + kind.only, sign)


def _pairs(kind: _Kind, condition: str, sign: int) -> Iterator[str]:
    """A membership goes from *not reported* to the track of its hand-out; or back."""
    place = f"{kind.fact}.library_id, enrolment.branch_id"
    tables = f"""{kind.tables} JOIN intermediaries_handout handout ON handout.voucher_id = enrolment.voucher_id
        LEFT JOIN intermediaries_accreditation accreditation ON accreditation.id = handout.accreditation_id"""
    for track, one in ((TRACK, sign), (UNTOLD, -sign)):
        yield _counted(kind.what, kind.fact, place, track, tables, condition + kind.only, one)


def _counted(what: str, fact: str, place: str, track: str, tables: str, condition: str, sign: int) -> str:
    day = f'{fact}."on"'
    organisation, branch = place.split(", ")
    return (
        f"SELECT {what} AS what, {day} AS day, {month_of(day)} AS month, {organisation} AS organisation,"
        f" {branch} AS branch, {track} AS track, {sign} * COUNT(*) AS count"
        f" FROM {tables} WHERE {condition} GROUP BY 1, 2, 3, 4, 5, 6"
    )
