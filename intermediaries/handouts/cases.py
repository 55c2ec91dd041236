"""What the books say of vouchers that somebody wants to hand out, read in a handful of questions.

Two ways lead to the same `HandoutCase`: unbroken runs of vouchers that are alike, for a preview (ten thousand loose
numbers are one question), and voucher by voucher on rows that are held, for whoever records. The rule itself is asked
once for all vouchers that are alike.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, FilteredRelation, Q

from intermediaries.handouts.rule import GROUNDS, HandoutCase, HandoutGround, HandoutRefusal
from intermediaries.models import Handout
from kbl.eligibility import first
from kbl.organisations.models import Organisation, Programme
from kbl.rows import among
from vouchers.models import Batch, Voucher, VoucherQuerySet
from vouchers.numbers import SerialRange, join, without
from vouchers.runs import islands

FEW_RANGES = 20
# What a case takes from a voucher and from its hand-out that stands: a condition that needs more adds its column here.
OF_VOUCHER = ("status", "holder_id", "held_since", "last_day")
OF_HANDOUT = ("on", "organisation_id")
NO_HANDOUT = (None,) * len(OF_HANDOUT)
NOTHING = (None,) * (len(OF_VOUCHER + OF_HANDOUT) + 1)  # one more: since when somebody is a member with it

as_day = Batch._meta.get_field("valid_until").to_python  # SQLite gives days as text

Columns = tuple[Any, ...]
Judged = tuple[HandoutCase, HandoutGround | None]


def asked(organisation: int, *, on: date, today: date) -> HandoutCase:
    """The case of a number of which the books say nothing yet: who asks (by key), of which day, and when."""
    programme = Programme.current()
    return HandoutCase(
        on=on,
        today=today,
        programme_starts_on=programme.starts_on,
        earliest=programme.first_day_told_on(today),
        organisation_id=organisation,
    )


def judging(asking: HandoutCase) -> Callable[[Columns], Judged]:
    """The rule for who asks and of which day; asked once for all vouchers that are alike in their columns."""

    @cache
    def judged(columns: Columns) -> Judged:
        status, holder, held_since, last_day, handed_out_on, handed_out_by, member_since = columns
        return judge(
            replace(
                asking,
                status=status,
                holder_id=holder,
                held_since=as_day(held_since),
                last_day=as_day(last_day),
                handed_out_on=as_day(handed_out_on),
                handed_out_by=handed_out_by,
                member_since=as_day(member_since),
            )
        )

    return judged


def judge(case: HandoutCase) -> Judged:
    """A case beside the first reason why not, if there is one."""
    return case, first(GROUNDS, case)


def ours(organisation: Organisation, ranges: Sequence[SerialRange]) -> VoucherQuerySet:
    """An organisation only ever sees its own stock. A few ranges are asked as ranges, many as the numbers they are."""
    own = Voucher.objects.held_by(organisation)
    if len(ranges) > FEW_RANGES:
        return own.filter(pk__in=among(serial for each in ranges for serial in each))
    within = Q(pk__in=[])
    for each in ranges:
        within |= Q(serial__range=(each.first, each.last))
    return own.filter(within)


def runs(
    asking: HandoutCase, organisation: Organisation, ranges: Sequence[SerialRange]
) -> Iterator[tuple[SerialRange, Judged]]:
    """Ranges as runs of numbers of which the same is true. Numbers of somebody else's stock are simply unknown."""
    standing = FilteredRelation("handouts", condition=Q(handouts__revoked_at__isnull=True))
    beside = {f"handout_{name}": F(f"standing__{name}") for name in OF_HANDOUT}
    membership = FilteredRelation("enrolments", condition=Q(enrolments__revoked_at__isnull=True))
    beside["member_since"] = F("membership__on")
    vouchers = ours(organisation, ranges).with_last_day()
    vouchers = vouchers.annotate(standing=standing, membership=membership, **beside)
    judged, known = judging(asking), []
    for run, columns in islands(vouchers, *OF_VOUCHER, *beside):
        known.append(run)
        yield run, judged(columns)
    nothing = judge(asking)
    for run in missing(ranges, known):
        yield run, nothing


def held_runs(
    asking: HandoutCase, organisation: Organisation, ranges: Sequence[SerialRange]
) -> Iterator[tuple[SerialRange, Judged]]:
    """The same number by number, and nothing of it changes until the transaction ends."""
    judged, columns = judging(asking), columns_of(ours(organisation, ranges), lock=True)
    for each in ranges:
        for serial in each:
            yield SerialRange(serial, serial), judged(columns.get(serial, NOTHING))


def columns_of(vouchers: VoucherQuerySet, *, lock: bool) -> dict[int, Columns]:
    """The columns of a case per serial. What stands is asked once the vouchers are held: nothing gets in between."""
    found = vouchers.with_last_day().order_by("pk")
    rows = (hold(found) if lock else found).values_list("serial", *OF_VOUCHER)
    of_voucher = {row[0]: row[1:] for row in rows}
    there = Handout.objects.standing().filter(voucher__in=among(of_voucher)).order_by()
    of_handout = {row[0]: row[1:] for row in there.values_list("voucher_id", *OF_HANDOUT)}
    # One table, by its index: joined to the vouchers, PostgreSQL reads all members when it has no statistics yet.
    memberships: Any = Voucher._meta.get_field(
        "enrolments"
    ).related_model  # the desk's facts, by their name on a voucher
    redeemed = memberships.objects.filter(voucher__in=among(of_voucher), revoked_at__isnull=True)
    since = dict(redeemed.order_by().values_list("voucher_id", "on"))
    return {
        serial: (*columns, *of_handout.get(serial, NO_HANDOUT), since.get(serial))
        for serial, columns in of_voucher.items()
    }


def hold(vouchers: VoucherQuerySet) -> VoucherQuerySet:
    """Vouchers that stay as they are until the transaction ends, so that what is judged is what is recorded.

    In the order of their serials, so that two lists never wait for each other in a circle.
    """
    return vouchers.order_by("pk").select_for_update(of=("self",))


def refusals(found: Iterable[tuple[SerialRange, Judged]]) -> tuple[HandoutRefusal, ...]:
    """What cannot go, put together per reason and possible day."""
    groups: dict[tuple, tuple[HandoutGround, HandoutCase, list[SerialRange]]] = {}
    for run, (case, ground) in found:
        if ground:
            groups.setdefault((ground.reason, ground.day(case)), (ground, case, []))[2].append(run)
    return tuple(HandoutRefusal(ground, case, tuple(join(those))) for ground, case, those in groups.values())


def missing(ranges: Iterable[SerialRange], known: Iterable[SerialRange]) -> Iterator[SerialRange]:
    """What is left of ranges when parts of them are taken out; both are walked once."""
    taken = deque(join(known))
    for serials in join(ranges):
        inside = []
        while taken and taken[0].last <= serials.last:
            inside.append(taken.popleft())
        yield from without(serials, inside)
