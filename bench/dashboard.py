"""The start page of Cubiss with very many vouchers: what asks attention, the dashboard drawn, what happened lately;
and filling the day summary.

Beside it stands what a page without a summary would do: count the facts per month, place and track, every time. The
facts lie over the whole programme, thirty-one municipalities, four tracks and forty intermediaries; a quarter is
renewed, one in a hundred is revoked, and a thousand came in after the summary was filled.
"""

from datetime import UTC, date, datetime
from time import perf_counter

from django.db import connection
from django.template.loader import render_to_string

from bench.scratch import PARTICULARS, coordinator
from bench.table import Measurement
from intermediaries.models import Accreditation, Handout
from kbl.organisations.models import Branch, Municipality, Organisation, YearTarget
from kbl.start_pages import cubiss, keeping
from libraries.models import Enrolment, MembershipYear, Participation
from reporting.dashboard import outlook, summarising
from reporting.dashboard.models import FundOutlook
from reporting.integrity.day_summary import STANDING
from vouchers.models import Batch, Voucher

SIZES = (12_500, 1_000_000)
LIMIT = 0.2  # seconds of the server for the page
PLACES, INTERMEDIARIES, LIBRARIES, DAYS = 31, 40, 15, 1000
SINCE = 1000  # facts that came in after the summary was filled
AT = datetime(2027, 12, 1, 10, tzinfo=UTC)

HANDOUTS, ENROLMENTS, YEARS = (each._meta.db_table for each in (Handout, Enrolment, MembershipYear))
ASKED: tuple[dict[str, str], ...] = ({}, {"periode": "start"}, {"periode": "start", "spoor": "4", "gemeente": "1"})


def measure(rounds: int) -> list[Measurement]:
    """Per number of vouchers: the page beside its limit, and beside counting the facts; and filling the summary."""
    by = coordinator()
    _parties()
    rows = []
    for size in SIZES:
        _fill(size, by)
        started = perf_counter()
        made = summarising.rebuild()
        filled = perf_counter() - started
        _more(size, by)
        FundOutlook.objects.all().delete()  # of the size before, at the same moment: it would not be made anew
        outlook.refresh(AT)
        keeping.refresh(AT)
        _settle()
        ours, bare = [], []
        _page()  # warm: a process loads what draws a page when it is first asked for one
        for _ in range(rounds):
            ours.append(_page())
            bare.append(_counting_facts())
        name, note = f"dashboard at {size:,} vouchers", f"{made:,} rows, filled in {filled:.1f} s"
        limit = [LIMIT] * rounds
        rows.append(Measurement(f"{name}, beside its limit", ours, limit, "s", 1.0, more_is_better=False, note=note))
        rows.append(Measurement(f"{name}, beside counting", ours, bare, "s", 1.0, more_is_better=False))
    return rows


def _parties() -> None:
    """Limburg's size: every municipality has a branch, intermediaries of every track."""
    start = date(2025, 1, 1)
    for number in range(PLACES):
        Municipality.objects.get_or_create(code=f"GM{number:04}", defaults={"name": f"Plaats {number}"})
    Municipality.objects.update(starts_on=start)
    towns = list(Municipality.objects.order_by("pk"))
    for year, target in ((2025, 2_000), (2026, 3_500), (2027, 7_000)):
        YearTarget.objects.create(year=year, new_memberships=target)
    for number in range(Accreditation.objects.count(), INTERMEDIARIES):
        each = _organisation("Uitreiker", number, towns[number % PLACES])
        Accreditation.objects.create(organisation=each, track=number % 4 + 1, protocol="1", valid_from=start)
    for number in range(LIBRARIES):
        each = _organisation("Bieb", number, towns[number])
        Participation.objects.create(
            library=each, starts_on=start, invoice_prefix=f"D{number}", self_billing_since=start
        )
        for town in towns[number::LIBRARIES]:
            Branch.objects.create(organisation=each, name=f"Vestiging {town.name}", municipality=town)


def _organisation(what: str, number: int, town: Municipality) -> Organisation:
    name = f"{what} {number}"
    slug = name.lower().replace(" ", "-")
    return Organisation.objects.create(name=name, slug=slug, municipality=town, **PARTICULARS)


def _fill(size: int, by) -> None:
    """So many vouchers, each handed out and redeemed some day of the programme."""
    with connection.cursor() as cursor:
        cursor.execute(f'TRUNCATE "{Voucher._meta.db_table}", "{Batch._meta.db_table}" CASCADE')
        batch = Batch.objects.create(
            medium="paper",
            first_serial=1,
            last_serial=size + SINCE,
            valid_until=date(2027, 12, 31),
            made_on=date(2025, 1, 1),
            recorded_by=by,
            recorded_at=AT,
        )
        cursor.execute(
            f'INSERT INTO "{Voucher._meta.db_table}" (serial, secret, batch_id, status, holder_id, held_since)'
            f" SELECT serial, '123456', %s, 'redeemed', one.organisation_id, date '2025-01-01'"
            f" FROM generate_series(1, {size + SINCE}) serial"
            " JOIN (SELECT organisation_id, row_number() OVER (ORDER BY id) - 1 AS place"
            f' FROM "{Accreditation._meta.db_table}") one ON one.place = (serial / 3) %% {INTERMEDIARIES}',
            [batch.pk],
        )
    _facts(1, size, by)
    _settle()


def _more(size: int, by) -> None:
    """What comes in after the summary was filled."""
    _facts(size + 1, size + SINCE, by)


def _facts(first: int, last: int, by) -> None:
    """Hand-outs, enrolments and years of these vouchers; a prime step spreads them over days, places and kinds."""
    day = f"date '2025-02-01' + ((serial::bigint * 7919) %% {DAYS})::int"
    revoked = "CASE WHEN serial %% 100 = 0 THEN %s::timestamptz END, CASE WHEN serial %% 100 = 0 THEN %s::bigint END,"
    revoked += " CASE WHEN serial %% 100 = 0 THEN 'twice' ELSE '' END"
    columns = '"on", recorded_at, recorded_by_id, revoked_at, revoked_by_id, revoke_reason'
    serials = f"generate_series({first}, {last}) serial"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{HANDOUTS}" (voucher_id, organisation_id, accreditation_id, paid_before, {columns})'
            f" SELECT serial, one.organisation_id, one.id, false, {day}, %s, %s, {revoked} FROM {serials}"
            " JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS place"
            f' FROM "{Accreditation._meta.db_table}") one ON one.place = (serial / 3) %% {INTERMEDIARIES}',
            [AT, by.pk, AT, by.pk],
        )
        cursor.execute(
            f'INSERT INTO "{ENROLMENTS}" (voucher_id, library_id, branch_id, kind, {columns})'
            " SELECT serial, one.organisation_id, one.id,"
            f" CASE serial %% 5 WHEN 0 THEN 'conversion' WHEN 1 THEN 'free_anyway' ELSE 'new' END, {day}, %s, %s,"
            f" {revoked} FROM {serials} JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS place"
            f' FROM "{Branch._meta.db_table}") one ON one.place = (serial / 7) %% {PLACES}',
            [AT, by.pk, AT, by.pk],
        )
        for ordinal, only in ((1, ""), (2, " AND voucher_id %% 4 = 0 AND \"on\" < date '2026-12-01'")):
            cursor.execute(
                f'INSERT INTO "{YEARS}" (enrolment_id, library_id, ordinal, paid_before, {columns})'
                f' SELECT id, library_id, {ordinal}, false, "on" + {365 * (ordinal - 1)}, recorded_at, recorded_by_id,'
                f' revoked_at, revoked_by_id, revoke_reason FROM "{ENROLMENTS}"'
                f" WHERE voucher_id BETWEEN %s AND %s{only}",
                [first, last],
            )


def _settle() -> None:
    """Statistics and visibility as autovacuum would leave them."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _page() -> float:
    """The slowest of three views, as the start page makes them."""
    slowest = 0.0
    for asked in ASKED:
        started = perf_counter()
        page = cubiss.today(asked, AT)
        assert render_to_string("cubiss/dashboard/_board.html", page) and "attention_points" in page
        slowest = max(slowest, perf_counter() - started)
    return slowest


def _counting_facts() -> float:
    """The same figures straight from the facts, as a page without a summary would ask them."""
    with connection.cursor() as cursor:
        started = perf_counter()
        cursor.execute(
            "SELECT what, date_trunc('month', day), organisation, branch, track, SUM(number)"
            f" FROM ({STANDING}) facts GROUP BY 1, 2, 3, 4, 5"
        )
        cursor.fetchall()
        return perf_counter() - started
