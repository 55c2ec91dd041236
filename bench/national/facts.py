"""What happened: each kind of fact by one statement over the numbers, in the order of its days."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection

from bench.national.calendar import START, TODAY, noon
from bench.national.parties import INTERMEDIARIES
from intermediaries.models import Accreditation, Handout, Order
from intermediaries.orders.models import OrderCounter, OrderStep
from kbl.accounts.models import Assignment, Role, User
from kbl.organisations.models import Branch
from libraries.models import Enrolment, MembershipEnd, MembershipYear, Participation, Refusal
from vouchers.models import Batch, SerialCounter, StockMovement, Voucher

BATCH = 10_000
HANDOUTS, ENROLMENTS, YEARS = (each._meta.db_table for each in (Handout, Enrolment, MembershipYear))
VOUCHERS, BATCHES, MOVEMENTS = (each._meta.db_table for each in (Voucher, Batch, StockMovement))
ENDS, REFUSALS = MembershipEnd._meta.db_table, Refusal._meta.db_table
WHO = (
    f"(SELECT each.organisation_id, each.id AS accreditation_id, who.user_id,"
    f' row_number() OVER (ORDER BY each.id) - 1 AS place FROM "{Accreditation._meta.db_table}" each'
    f' JOIN "{Assignment._meta.db_table}" who ON who.organisation_id = each.organisation_id'
    f" WHERE who.role = '{Role.INTERMEDIARY}')"
)
WHERE = (
    "(SELECT each.id AS branch_id, each.organisation_id, who.user_id,"
    " row_number() OVER (ORDER BY each.id) - 1 AS place"
    f' FROM "{Branch._meta.db_table}" each JOIN "{Assignment._meta.db_table}" who'
    f" ON who.organisation_id = each.organisation_id AND who.role = '{Role.LIBRARY_MANAGER}'"
    f' JOIN "{Participation._meta.db_table}" taking ON taking.library_id = each.organisation_id)'
)
# Six digits without order, the same at every making: those of a hash.
SECRET = "lpad((('x' || left(md5('secret ' || {serial}), 7))::bit(28)::int % 1000000)::text, 6, '0')"
# A fortieth of what is handed out is told forty days later, and so comes in a later quarter than its own.
HEARD = (
    f"(LEAST({{day}} + CASE WHEN serial % 40 = 7 THEN 40 ELSE 0 END, date '{TODAY}' - 1) + time '10:00')"
    " AT TIME ZONE 'UTC'"
)


def make(vouchers: int) -> None:
    """So many vouchers, and everything that became of them."""
    office = User.objects.get(email="carla@voorbeeld.example")
    _batches(vouchers, office)
    allocated = vouchers * 9 // 10
    block = max(1, allocated // INTERMEDIARIES // 5)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS plan")
        cursor.execute(
            "CREATE TEMPORARY TABLE plan AS SELECT serial, party, gone, redeemed,"
            f" date '{START}' + 9 + n AS gone_on, date '{START}' + 9 + n + serial % 30 AS redeemed_on, void FROM ("
            f" SELECT serial, (serial - 1) / {block} % {INTERMEDIARIES} AS party, n, (serial / 10) % 100 = 0 AS void,"
            f" (serial / 10) % 100 > 0 AND u < 850 AS gone,"
            f" (serial / 10) % 100 > 0 AND (u < 700 OR u BETWEEN 850 AND 864) AND n + serial % 30 < 1050 AS redeemed"
            " FROM (SELECT serial, (serial::bigint * 7919 % 1050)::int AS n, (serial::bigint * 104729) % 1000 AS u"
            f" FROM generate_series(1, {allocated}) serial) numbers) drawn"
        )
        cursor.execute("ANALYZE plan")
        _vouchers(cursor, vouchers, allocated)
        _movements(cursor, allocated, block, office)
        _handouts(cursor)
        _enrolments(cursor)
        _years(cursor)
        _refusals(cursor)
    _orders(office)


def _batches(vouchers: int, by: User) -> None:
    Batch.objects.bulk_create(
        Batch(
            medium="paper" if first % (10 * BATCH) else "digital",
            first_serial=first + 1,
            last_serial=min(first + BATCH, vouchers),
            valid_until=TODAY.replace(month=12, day=31),
            made_on=START,
            recorded_by=by,
            recorded_at=noon(START),
        )
        for first in range(0, vouchers, BATCH)
    )
    SerialCounter.objects.update_or_create(pk=1, defaults={"next_serial": vouchers + 1})


def _vouchers(cursor, vouchers: int, allocated: int) -> None:
    cursor.execute(
        f'INSERT INTO "{VOUCHERS}" (serial, secret, batch_id, status, holder_id, held_since)'
        f" SELECT plan.serial, {SECRET.format(serial='plan.serial')}, batch.id,"
        " CASE WHEN void THEN 'void' WHEN redeemed THEN 'redeemed' WHEN gone THEN 'handed_out' ELSE 'allocated' END,"
        f" one.organisation_id, date '{START}' + 4 FROM plan JOIN {WHO} one ON one.place = plan.party"
        f' JOIN "{BATCHES}" batch ON plan.serial BETWEEN batch.first_serial AND batch.last_serial ORDER BY plan.serial'
    )
    cursor.execute(
        f'INSERT INTO "{VOUCHERS}" (serial, secret, batch_id, status)'
        f" SELECT serial, {SECRET.format(serial='serial')}, batch.id, 'in_stock'"
        f" FROM generate_series({allocated + 1}, {vouchers}) serial"
        f' JOIN "{BATCHES}" batch ON serial BETWEEN batch.first_serial AND batch.last_serial'
    )


def _movements(cursor, allocated: int, block: int, by: User) -> None:
    into = (
        f'INSERT INTO "{MOVEMENTS}" (kind, first_serial, last_serial, from_holder_id, to_holder_id, reason, "on",'
        " recorded_at, recorded_by_id) "
    )
    cursor.execute(
        f"{into} SELECT 'allocate', first, LEAST(first + {block} - 1, {allocated}), NULL, one.organisation_id, '',"
        f" date '{START}' + 4, %s, %s FROM generate_series(1, {allocated}, {block}) first"
        f" JOIN {WHO} one ON one.place = mod((first - 1) / {block}, {INTERMEDIARIES}) ORDER BY first",
        [noon(START + timedelta(days=4)), by.pk],
    )
    cursor.execute(
        f"{into} SELECT 'void', MIN(serial), MAX(serial), one.organisation_id, NULL, 'damaged', date '{START}' + 6,"
        f" %s, %s FROM plan JOIN {WHO} one ON one.place = plan.party WHERE void"
        " GROUP BY serial / 10, party, one.organisation_id ORDER BY 2",
        [noon(START + timedelta(days=6)), by.pk],
    )


def _handouts(cursor) -> None:
    """What stands, and one in two hundred that was taken back within the hour and handed out anew."""
    columns = (
        'voucher_id, organisation_id, accreditation_id, paid_before, "on", recorded_at, recorded_by_id, revoked_at,'
        " revoked_by_id, revoke_reason"
    )
    heard = HEARD.format(day="gone_on")
    facts = "SELECT serial, organisation_id, accreditation_id, false, gone_on AS day,"
    cursor.execute(
        f'INSERT INTO "{HANDOUTS}" ({columns}) SELECT * FROM ('
        f"{facts} {heard} AS heard, user_id, NULL::timestamptz, NULL::bigint, '' FROM plan"
        f" JOIN {WHO} one ON one.place = plan.party WHERE gone UNION ALL"
        f" {facts} {heard} - interval '1 hour', user_id, {heard} - interval '30 minutes', user_id, 'typing_error'"
        f" FROM plan JOIN {WHO} one ON one.place = plan.party WHERE gone AND serial % 200 = 3) facts ORDER BY heard"
    )


def _enrolments(cursor) -> None:
    cursor.execute(
        f'INSERT INTO "{ENROLMENTS}" (voucher_id, library_id, branch_id, kind, "on", recorded_at, recorded_by_id,'
        " revoke_reason) SELECT serial, organisation_id, branch_id,"
        " CASE WHEN serial % 25 < 2 THEN 'free_anyway' WHEN serial % 25 < 5 THEN 'conversion' ELSE 'new' END,"
        f" redeemed_on, {HEARD.format(day='redeemed_on')} AS heard, user_id, '' FROM plan"
        f" JOIN {WHERE} one ON one.place = (serial * 31) % (SELECT COUNT(*) FROM {WHERE} every)"
        " WHERE redeemed ORDER BY heard, serial"
    )


def _years(cursor) -> None:
    """The first year comes with the enrolment; later ones for two in three, and an end for some of the others."""
    day = "(first.\"on\" + interval '{n} year')::date"
    heard = "({day} + time '12:00') AT TIME ZONE 'UTC'"
    of = f'"{ENROLMENTS}" first'
    later = " UNION ALL ".join(
        f"SELECT id, library_id, {n + 1}, {day.format(n=n)} AS day, {heard.format(day=day.format(n=n))} AS heard,"
        f" recorded_by_id FROM {of} WHERE {day.format(n=n)} <= date '{TODAY}' - 14 AND voucher_id % 10 < {8 - 2 * n}"
        for n in (1, 2)
    )
    cursor.execute(
        f'INSERT INTO "{YEARS}" (enrolment_id, library_id, ordinal, paid_before, "on", recorded_at, recorded_by_id,'
        " revoke_reason) SELECT id, library_id, nth, false, day, heard, recorded_by_id, '' FROM ("
        f'SELECT id, library_id, 1 AS nth, "on" AS day, recorded_at AS heard, recorded_by_id FROM {of}'
        f" UNION ALL {later}) years ORDER BY heard, id"
    )
    gone = day.format(n=1)
    cursor.execute(
        f'INSERT INTO "{ENDS}" (enrolment_id, "on", recorded_at, recorded_by_id, revoke_reason)'
        f" SELECT id, {gone}, {heard.format(day=gone)}, recorded_by_id, '' FROM {of}"
        f" WHERE {gone} <= date '{TODAY}' - 14 AND voucher_id % 10 IN (6, 7) ORDER BY 2"
    )


def _refusals(cursor) -> None:
    """One voucher in a hundred was offered again."""
    cursor.execute(
        f'INSERT INTO "{REFUSALS}" (voucher_id, library_id, reason, "on", recorded_at, recorded_by_id)'
        " SELECT serial, organisation_id, 'already_redeemed', redeemed_on,"
        " (redeemed_on + time '11:00') AT TIME ZONE 'UTC', user_id FROM plan"
        f" JOIN {WHERE} one ON one.place = (serial * 17) % (SELECT COUNT(*) FROM {WHERE} every)"
        " WHERE redeemed AND serial % 100 = 9 ORDER BY redeemed_on"
    )


def _orders(by: User) -> None:
    """Every intermediary ordered once and received it; forty wait."""
    holders = list(Accreditation.objects.order_by("pk").values_list("organisation_id", flat=True))
    asked = [
        Order(
            number=f"B-2025-{n:04}" if old else f"B-2027-{n:04}",
            organisation_id=pk,
            medium="paper",
            count=50,
            status="received" if old else "ordered",
            ordered_at=noon(START + timedelta(days=2) if old else TODAY - timedelta(days=2)),
            key=uuid4(),
        )
        for old, some in ((True, holders), (False, holders[:40]))
        for n, pk in enumerate(some, 1)
    ]
    orders = Order.objects.bulk_create(asked)
    for year, last in ((2025, len(holders)), (2027, len(holders[:40]))):
        OrderCounter.objects.update_or_create(year=year, defaults={"last_number": last})
    OrderStep.objects.bulk_create(
        OrderStep(order=each, status=status, count=50 if status != "received" else None, at=each.ordered_at, by=by)
        for each in orders
        for status in (("ordered", "shipped", "received") if each.status == "received" else ("ordered",))
    )
