"""Under which accounts of Cubiss' own bookkeeping the journal is exported: codes to begin with, and what was set since.

A code holds from its first day on, so that what was exported before keeps the account that it was exported under.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from kbl.fund.models import LedgerAccount

Role = LedgerAccount.Role

# The usual Dutch decimal scheme: 1 is money and debts, 4 is costs. A library pays post 6 itself: not in Cubiss' books.
DEFAULTS: dict[str, str] = {
    Role.BANK: "1100",
    Role.VAT: "1520",
    Role.CREDITORS: "1600",
    Role.OUTSIDE: "1690",
    Role.SUBSIDY: "1850",
    Role.POST_1: "4100",
    Role.POST_2: "4200",
    Role.POST_3: "4300",
    Role.POST_4: "4400",
    Role.FEES: "4510",
    Role.HANDLING: "4520",
    Role.OTHER: "4530",
    Role.POST_6: "",
}
# Costs that may be in nobody's books here. Without the others an entry would not balance.
MAY_BE_EMPTY = {Role.POST_1, Role.POST_2, Role.POST_3, Role.POST_4, Role.POST_6}


class Accounts:
    """The accounts as they were set, read once."""

    def __init__(self) -> None:
        self.rows = list(LedgerAccount.objects.order_by("first_day", "pk"))

    def code(self, role: str, on: date) -> str:
        """The account of a day; empty when this is not in Cubiss' books."""
        known = [row.code for row in self.rows if row.role == role and row.first_day <= on]
        return known[-1] if known else DEFAULTS[role]


def role_of_post(post: str) -> str:
    """The account that costs of a post are booked on; a post without one of its own goes under the other costs."""
    role = f"post_{post.split('.')[0]}"
    return role if role in DEFAULTS else Role.OTHER


@transaction.atomic
def set_codes(codes: Mapping[str, str], *, first_day: date, by, at: datetime) -> int:
    """Use these accounts from a day on; what stays the same is not written again. Returns how many changed."""
    accounts = Accounts()
    changed = [
        LedgerAccount(role=role, code=code, first_day=first_day, set_at=at, set_by=by)
        for role, code in codes.items()
        if accounts.code(role, first_day) != code
    ]
    LedgerAccount.objects.bulk_create(changed)
    return len(changed)
