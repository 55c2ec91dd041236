"""A voucher's status: which changes are legal, and the only place that changes one.

Every change is one conditional UPDATE that names the status it expects and trusts the row count: of two desks with
one voucher, one finds the row and the other finds nothing (docs/threats.md, 1).
"""

from collections.abc import Iterable

from django.db import transaction

from vouchers.models import Voucher, VoucherQuerySet

Status = Voucher.Status

LEGAL: dict[str, frozenset[str]] = {
    Status.IN_STOCK: frozenset({Status.ALLOCATED, Status.VOID}),
    Status.ALLOCATED: frozenset({Status.ALLOCATED, Status.IN_STOCK, Status.HANDED_OUT, Status.REDEEMED, Status.VOID}),
    Status.HANDED_OUT: frozenset({Status.ALLOCATED, Status.REDEEMED, Status.VOID}),
    Status.REDEEMED: frozenset({Status.HANDED_OUT, Status.ALLOCATED}),
    # Only by `revalidation.agree`, which takes a second person.
    Status.VOID: frozenset({Status.IN_STOCK, Status.ALLOCATED, Status.HANDED_OUT}),
}


def may_become(to: str) -> frozenset[str]:
    """The statuses from which a voucher may get another one: what a guarded change expects to find."""
    return frozenset(status for status, legal in LEGAL.items() if to in legal)


# The same for one voucher, in words for PostgreSQL, so that what a desk adds is written in one statement with it. The
# row's version becomes another with every change, also one that leaves the status alone or brings it back.
MOVE_ONE_AS_SEEN = (
    f'UPDATE "{Voucher._meta.db_table}" SET status = %(to)s'
    " WHERE serial = %(serial)s AND status = %(seen)s AND xmin = %(version)s::xid"
)


class Overtaken(Exception):
    """Somebody else was first: fewer vouchers had the expected status. Nothing of this change may stay."""

    def __init__(self, expected: int, moved: int) -> None:
        super().__init__(f"{moved} of {expected} vouchers were as expected")
        self.expected, self.moved = expected, moved


def move(vouchers: VoucherQuerySet, *, seen: str | Iterable[str], to: str, count: int, **changes) -> None:
    """Give `count` vouchers a new status, if all of them still have one that was seen.

    Call it inside a transaction: it raises Overtaken when fewer rows had the status, and the caller's facts go back
    with it. Raises ValueError for a change that is not legal.
    """
    moved = move_those(vouchers, seen=seen, to=to, **changes)
    if moved != count:
        raise Overtaken(count, moved)


def move_those(vouchers: VoucherQuerySet, *, seen: str | Iterable[str], to: str, **changes) -> int:
    """Give the vouchers that still have a status that was seen a new one; returns how many that were.

    `vouchers` may not join other tables: Django would move the condition into a subquery, which PostgreSQL does not
    look at again after waiting for a lock, and the guard would be gone.
    """
    expected = [seen] if isinstance(seen, str) else list(seen)
    for status in expected:
        if to not in LEGAL[status]:
            raise ValueError(f"A voucher never goes from {status} to {to}.")
    guarded = vouchers.order_by().filter(status__in=expected)
    if guarded.query.count_active_tables() > 1:
        raise ValueError("A guarded change looks at the vouchers' own rows only.")
    return guarded.update(status=to, **changes)


@transaction.atomic
def release(serial: int) -> bool:
    """A redemption was undone: the voucher is handed out again, or (when nobody reported that) allocated.

    Reads the hand-out through the voucher's own relation, so that this app need not import who hands it out.
    Returns False when the voucher was not redeemed.
    """
    voucher = Voucher.objects.select_for_update().get(pk=serial)
    handed_out = voucher.handouts.standing().exists()
    to = Status.HANDED_OUT if handed_out else Status.ALLOCATED
    return bool(move_those(Voucher.objects.filter(pk=serial), seen=Status.REDEEMED, to=to))
