"""At the desk: piles in one go, redemptions while nobody is open, refused attempts, own vouchers.

See docs/threats.md, 6.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from intermediaries.models import Handout
from kbl.accounts.models import User
from kbl.clock import local_day
from kbl.discrepancies.models import SignalKind
from kbl.discrepancies.signals.kinds import Signal
from kbl.organisations.models import Organisation
from libraries.models import Enrolment, MembershipYear, Refusal
from vouchers.numbers import SerialRange, join

# An enrolment with somebody at the desk takes six minutes at the least; so ten in an hour is more than one desk does.
PILE = 10
PILE_WITHIN = timedelta(hours=1)
# No library in Limburg opens before eight or is open after ten; three, because once is somebody who tidies up.
OPENS, CLOSES = time(8), time(22)
LEAST_AT_NIGHT = 3
NIGHTS_BACK = timedelta(days=92)
# Everybody mistypes. Ten in four weeks, and three times as often as at other desks, is more than that.
REFUSALS_BACK = timedelta(days=28)
LEAST_REFUSALS = 10
TIMES_AS_OFTEN = 3
# Walk-ins are a main road, so the share is high everywhere. Remarkable: what comes from elsewhere is less than half of
# what is usual, over at least twenty enrolments of half a year.
OWN_ISSUE_BACK = timedelta(days=183)
LEAST_ENROLMENTS = 20


def _at_desks(on: date) -> QuerySet[Enrolment]:
    """Redemptions that a desk typed in; those from the books of before KBL came in as one file."""
    read_in = MembershipYear.objects.filter(enrolment=OuterRef("pk"), paid_before=True)
    return Enrolment.objects.standing().filter(~Exists(read_in), on__lte=on)


def piles(on: date) -> list[Signal]:
    """Consecutive vouchers that one library recorded within an hour, each pile once, as long as it goes on.

    The database finds the runs of neighbours; only runs that are long enough leave it.
    """
    typed = _at_desks(on).order_by().values_list("library_id", "voucher_id", "recorded_at")
    sql, params = typed.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH typed(library, serial, at) AS ({sql}),
                 placed AS (SELECT library, serial, at, serial - ROW_NUMBER() OVER (
                                PARTITION BY library ORDER BY serial) AS run FROM typed),
                 counted AS (SELECT library, serial, at, run, COUNT(*) OVER (PARTITION BY library, run) AS size
                             FROM placed)
            SELECT library, run, serial, at FROM counted WHERE size >= %s ORDER BY library, run, serial""",
            [*params, PILE],
        )
        rows = cursor.fetchall()
    as_moment = Enrolment._meta.get_field("recorded_at").to_python  # SQLite gives moments as text
    found = []
    for (library, _), run in groupby(rows, key=lambda row: (row[0], row[1])):
        heard = [(serial, _aware(as_moment(at))) for _, _, serial, at in run]
        for serials, at in _within_the_hour(heard):
            found.append((library, serials, at))
    known = Organisation.objects.in_bulk([library for library, _, _ in found])
    return [
        Signal(
            SignalKind.PILE,
            known[library],
            size=len(serials),
            on=local_day(at),
            serials=(serials,),
            counted=len(serials),
            threshold=PILE,
            at=at,
        )
        for library, serials, at in found
    ]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _within_the_hour(heard: list[tuple[int, datetime]]) -> list[tuple[SerialRange, datetime]]:
    """The longest pieces of a run of neighbours that were recorded within an hour, and when each began."""
    found = []
    start = 0
    while start < len(heard):
        first = last = heard[start][1]
        end = start
        while end + 1 < len(heard):
            at = heard[end + 1][1]
            if max(last, at) - min(first, at) > PILE_WITHIN:
                break
            first, last, end = min(first, at), max(last, at), end + 1
        if end - start + 1 >= PILE:
            found.append((SerialRange(heard[start][0], heard[end][0]), first))
            start = end + 1
        else:
            start += 1
    return found


def nights(on: date) -> list[Signal]:
    """Accounts that recorded redemptions while no library is open, over the last three months."""
    closed = _at_desks(on).filter(on__gt=on - NIGHTS_BACK)
    outside = Q(recorded_at__hour__lt=OPENS.hour) | Q(recorded_at__hour__gte=CLOSES.hour)
    rows = closed.filter(outside).order_by("voucher_id")
    per_account: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    for library, account, serial, at in rows.values_list("library", "recorded_by", "voucher", "recorded_at"):
        per_account[library, account].append((serial, at))
    return _of_accounts(
        SignalKind.NIGHT,
        {
            key: {
                "size": len(heard),
                "counted": len(heard),
                "threshold": LEAST_AT_NIGHT,
                "serials": tuple(join(SerialRange(serial, serial) for serial, _ in heard)),
                "on": local_day(max(at for _, at in heard)),
                "at": max(at for _, at in heard),
            }
            for key, heard in per_account.items()
            if len(heard) >= LEAST_AT_NIGHT
        },
    )


def refusals(on: date) -> list[Signal]:
    """Accounts whose attempts were refused far more often than at other desks, over the last four weeks."""
    lately = {"on__gt": on - REFUSALS_BACK, "on__lte": on}
    counted = Refusal.objects.filter(**lately).order_by().values_list("library", "recorded_by")
    tried = {(library, account): count for library, account, count in counted.annotate(count=Count("pk"))}
    enrolled = _at_desks(on).filter(**lately).order_by().values_list("library", "recorded_by")
    good = {(library, account): count for library, account, count in enrolled.annotate(count=Count("pk"))}
    all_refused, all_tried = sum(tried.values()), sum(tried.values()) + sum(good.values())
    found = {}
    for key, refused in tried.items():
        own = refused + good.get(key, 0)
        others = all_tried - own
        usual = Decimal(all_refused - refused) / others if others else Decimal(0)
        share = Decimal(refused) / own
        if refused >= LEAST_REFUSALS and share > TIMES_AS_OFTEN * usual:
            found[key] = {
                "size": refused,
                "counted": refused,
                "of": own,
                "share": share,
                "usual": usual,
                "threshold": LEAST_REFUSALS,
                "on": on,
            }
    offered: dict[tuple[int, int], list[int]] = defaultdict(list)
    whose = Refusal.objects.filter(**lately, voucher__isnull=False, recorded_by__in=[account for _, account in found])
    for library, account, serial in whose.order_by().values_list("library", "recorded_by", "voucher"):
        offered[library, account].append(serial)
    for key, told in found.items():
        told["serials"] = tuple(join(SerialRange(serial, serial) for serial in set(offered.get(key, ()))))
    return _of_accounts(SignalKind.REFUSALS, found)


def _of_accounts(kind: SignalKind, found: dict[tuple[int, int], dict]) -> list[Signal]:
    """Signals of (library, account)."""
    known = Organisation.objects.in_bulk([library for library, _ in found])
    people = User.objects.in_bulk([account for _, account in found])
    return [Signal(kind, known[library], account=people[account], **told) for (library, account), told in found.items()]


def own_issue(on: date) -> list[Signal]:
    """Libraries whose new members nearly all came with a voucher that the library handed out itself."""
    own = Handout.objects.standing().filter(voucher=OuterRef("voucher"), organisation=OuterRef("library"))
    lately = _at_desks(on).filter(on__gt=on - OWN_ISSUE_BACK).annotate(own=Exists(own)).order_by()
    rows = list(lately.values_list("library").annotate(count=Count("pk"), own_count=Count("pk", filter=Q(own=True))))
    total, all_own = sum(row[1] for row in rows), sum(row[2] for row in rows)
    known = Organisation.objects.in_bulk([row[0] for row in rows])
    found = []
    for pk, count, issued in rows:
        others = total - count
        usual = Decimal(all_own - issued) / others if others else Decimal(1)
        share = Decimal(issued) / count
        if count >= LEAST_ENROLMENTS and 1 - share < (1 - usual) / 2:
            found.append(
                Signal(
                    SignalKind.OWN_ISSUE,
                    known[pk],
                    size=issued,
                    on=on,
                    share=share,
                    usual=usual,
                    counted=issued,
                    of=count,
                    threshold=LEAST_ENROLMENTS,
                )
            )
    return found
