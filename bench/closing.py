"""Closing a quarter: everything that waits becomes frozen lines, beside the bare statements that only sum and write.

Each measurement is taken back afterwards (the closing of a quarter is for ever), so every round closes the same rows;
the checks of keys that a commit would make are made, on both sides. The bare side has its statements ready and has one
amount: no tariffs, no corrections, no numbers, no check, no report. Ours runs under production's own limits.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter

from django.db import connection, transaction

from bench.scratch import PARTICULARS, coordinator
from bench.settings import AS_IN_PRODUCTION
from bench.table import Measurement
from intermediaries.models import Accreditation, Handout
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.periods import Quarter, quarters
from kbl.settlements.closing import closing
from kbl.settlements.models import Closing, Line, Statement, Tariff
from libraries.models import Enrolment, MembershipYear, Participation
from vouchers.models import Batch, Voucher

SIZES = (12_500, 100_000, 1_000_000)
MOST_ROUNDS = {1_000_000: 3}
QUARTER = Quarter(2026, 2)
CLOSED_AT = datetime(2026, 7, 12, 10, tzinfo=UTC)
LIMBURG = (40, 15)  # intermediaries, libraries
COUNTRY = (2_000, 150)
SIZE_OF_A_COUNTRY = 100_000

HANDOUTS, ENROLMENTS, YEARS = (each._meta.db_table for each in (Handout, Enrolment, MembershipYear))
VOUCHERS, LINES = Voucher._meta.db_table, Line._meta.db_table


def measure(rounds: int) -> list[Measurement]:
    """A row for each number of vouchers (each a hand-out and a membership year), and one for the growth per voucher;
    then the same for as many parties as a country has."""
    by = coordinator()
    make_parties(*LIMBURG)
    close_what_came_before(by)
    ours: dict[int, list[float]] = {}
    rows = []
    for size in SIZES:
        fill(size, by, *LIMBURG)
        ours[size], bare = _rounds(min(rounds, MOST_ROUNDS.get(size, rounds)), by, size)
        rows.append(
            Measurement(f"close a quarter of {size:,} vouchers", ours[size], bare, "s", 3.0, more_is_better=False)
        )
    pairs = list(zip(ours[SIZES[-1]], ours[SIZES[1]], strict=False))
    growth = Measurement(
        f"closing, one voucher of {SIZES[-1]:,} beside one of {SIZES[1]:,}",
        [seconds / SIZES[-1] * 1e6 for seconds, _ in pairs],
        [seconds / SIZES[1] * 1e6 for _, seconds in pairs],
        "µs",
        1.1,
        more_is_better=False,
    )
    return [*rows, growth, _of_a_country(rounds, by)]


def _of_a_country(rounds: int, by) -> Measurement:
    make_parties(*COUNTRY)
    fill(SIZE_OF_A_COUNTRY, by, *COUNTRY)
    ours, bare = _rounds(rounds, by, SIZE_OF_A_COUNTRY)
    path = f"close a quarter of {SIZE_OF_A_COUNTRY:,} for {sum(COUNTRY):,} parties"
    return Measurement(path, ours, bare, "s", 3.0, more_is_better=False)


def _rounds(rounds: int, by, size: int) -> tuple[list[float], list[float]]:
    """Ours and the bare side in turns: their seconds."""
    pairs = [(_ours(by, size), _bare(by, size)) for _ in range(rounds)]
    return [ours for ours, _ in pairs], [bare for _, bare in pairs]


def make_parties(intermediaries: int, libraries: int) -> None:
    """As many as there are to be, beside those that are there."""
    town = Municipality.objects.get()
    particulars = {"municipality": town, **PARTICULARS}
    defaults = {"slug": "cubiss", "buyer_reference": "KBL", **particulars}
    Organisation.objects.get_or_create(name="Cubiss", defaults=defaults)
    for number in range(Accreditation.objects.count(), intermediaries):
        each = Organisation.objects.create(name=f"Intermediair {number}", slug=f"intermediair-{number}", **particulars)
        Accreditation.objects.create(organisation=each, track=4, protocol="1", valid_from=date(2025, 1, 1))
    for number in range(Branch.objects.count(), libraries):
        each = Organisation.objects.create(name=f"Bibliotheek {number}", slug=f"bibliotheek-{number}", **particulars)
        Participation.objects.create(
            library=each, starts_on=date(2025, 1, 1), invoice_prefix=f"B{number}", self_billing_since=date(2025, 1, 1)
        )
        Branch.objects.create(organisation=each, name="Centrum", municipality=town)


def close_what_came_before(by) -> None:
    """The quarters until then, in which nothing happened."""
    for quarter in quarters(date(2025, 1, 1), QUARTER.previous.last_day):
        closing.close(quarter, by=by, at=datetime(2026, 4, 12, 10, tzinfo=UTC))


def fill(size: int, by, intermediaries: int, libraries: int) -> None:
    """So many vouchers, each handed out and redeemed in the quarter, spread over everybody."""
    heard = datetime(2026, 6, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(f'TRUNCATE "{VOUCHERS}", "{Batch._meta.db_table}" CASCADE')
        batch = Batch.objects.create(
            medium="paper",
            first_serial=1,
            last_serial=size,
            valid_until=date(2027, 12, 31),
            made_on=date(2026, 4, 1),
            recorded_by=by,
            recorded_at=heard,
        )
        cursor.execute(
            f'INSERT INTO "{VOUCHERS}" (serial, secret, batch_id, status, holder_id, held_since)'
            f" SELECT serial, '123456', %s, 'redeemed', one.organisation_id, date '2026-04-01'"
            f" FROM generate_series(1, {size}) serial"
            " JOIN (SELECT organisation_id, row_number() OVER (ORDER BY id) - 1 AS place"
            f' FROM "{Accreditation._meta.db_table}") one ON one.place = serial %% {intermediaries}',
            [batch.pk],
        )
        cursor.execute(
            f'INSERT INTO "{HANDOUTS}" (voucher_id, organisation_id, accreditation_id, paid_before, "on", recorded_at,'
            " recorded_by_id, revoke_reason)"
            f" SELECT serial, one.organisation_id, one.id, false, date '2026-04-01' + serial %% 90, %s, %s, ''"
            f" FROM generate_series(1, {size}) serial"
            " JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS place"
            f' FROM "{Accreditation._meta.db_table}") one ON one.place = serial %% {intermediaries}',
            [heard, by.pk],
        )
        cursor.execute(
            f'INSERT INTO "{ENROLMENTS}" (voucher_id, library_id, branch_id, kind, "on", recorded_at, recorded_by_id,'
            " revoke_reason)"
            f" SELECT serial, one.organisation_id, one.id, 'new', date '2026-04-01' + serial %% 90, %s, %s, ''"
            f" FROM generate_series(1, {size}) serial"
            " JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS place"
            f' FROM "{Branch._meta.db_table}") one ON one.place = serial %% {libraries}',
            [heard, by.pk],
        )
        cursor.execute(
            f'INSERT INTO "{YEARS}" (enrolment_id, library_id, ordinal, paid_before, "on", recorded_at, recorded_by_id,'
            f" revoke_reason) SELECT id, library_id, 1, false, \"on\", recorded_at, recorded_by_id, ''"
            f' FROM "{ENROLMENTS}"'
        )
    _settle()


def _settle() -> None:
    """Statistics and visibility as autovacuum would leave them, and the disk at rest."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _ours(by, size: int) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        for limit in re.findall(r"\w+_timeout=\d+", AS_IN_PRODUCTION):
            cursor.execute(f"SET LOCAL {limit}")
        started = perf_counter()
        closed = closing.close(QUARTER, by=by, at=CLOSED_AT)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = perf_counter() - started
        written = Line.objects.filter(statement__closing=closed).count()
        transaction.set_rollback(True)
    assert written == 2 * size, f"{written} lines of {2 * size}"
    _settle()
    return seconds


def _bare(by, size: int) -> float:
    """Sum per party and write the lines: two statements for each kind, with everything else ready."""
    with transaction.atomic(), connection.cursor() as cursor:
        closed = Closing.objects.create(quarter=QUARTER, closed_at=CLOSED_AT, closed_by=by)
        tariff = {each.kind: each for each in Tariff.objects.all()}
        for kind, table, party in (("declaration", HANDOUTS, "organisation_id"), ("invoice", YEARS, "library_id")):
            cursor.execute(f'SELECT DISTINCT {party} FROM "{table}"')
            for (pk,) in cursor.fetchall():
                Statement.objects.create(
                    closing=closed, organisation_id=pk, kind=kind, net=Decimal(0), vat=Decimal(0), particulars={}
                )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        started = perf_counter()
        for kind, table, party, fact, worth, serial, join in (
            ("declaration", HANDOUTS, "organisation_id", "handout_id", "handling", "fact.voucher_id", ""),
            (
                "invoice",
                YEARS,
                "library_id",
                "membership_year_id",
                "membership",
                "enrolment.voucher_id",
                f'JOIN "{ENROLMENTS}" enrolment ON enrolment.id = fact.enrolment_id',
            ),
        ):
            cursor.execute(f'SELECT {party}, COUNT(*) FROM "{table}" WHERE "on" <= %s GROUP BY 1', [QUARTER.last_day])
            cursor.fetchall()
            cursor.execute(
                f'INSERT INTO "{LINES}" (statement_id, {fact}, serial, "on", tariff_id, net, vat_rate, vat)'
                f' SELECT statement.id, fact.id, {serial}, fact."on", %s, %s, 0, %s FROM "{table}" fact {join}'
                f' JOIN "{Statement._meta.db_table}" statement ON statement.organisation_id = fact.{party}'
                " AND statement.closing_id = %s AND statement.kind = %s"
                ' WHERE fact."on" <= %s AND fact.revoked_at IS NULL',
                [tariff[worth].pk, tariff[worth].amount, tariff[worth].vat, closed.pk, kind, QUARTER.last_day],
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = perf_counter() - started
        transaction.set_rollback(True)
    _settle()
    return seconds
