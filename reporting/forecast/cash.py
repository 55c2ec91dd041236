"""Whether there is money when it has to be paid: the fund's balance per quarter, and the next instalment to ask. Pure.

A quarter is declared after it is over, so what it brings is paid in the quarter that follows; what is committed today
is paid in the running one. Euros, excluding VAT.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from kbl.money import ZERO, euro
from kbl.periods import Quarter
from reporting.forecast.projection import ComingQuarter

ROUNDED_TO = 1_000  # nobody asks a province for cents


@dataclass(frozen=True)
class CashQuarter:
    """What one quarter takes out of the fund, what was agreed to come in, and what is there at its end."""

    quarter: Quarter
    paid: Decimal
    received: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Ask:
    """The next instalment to ask, in euros: to be there by a day; `short` is the first quarter without money."""

    amount: Decimal
    by: date
    short: Quarter


def cash(
    quarters: Sequence[ComingQuarter],
    *,
    balance: Decimal,
    committed: Decimal,
    agreed: Mapping[Quarter, Decimal],
) -> list[CashQuarter]:
    """The fund's balance at the end of every quarter, and of the one after the last: then the last bills are paid."""
    found: list[CashQuarter] = []
    left, to_pay = balance, committed
    for each in quarters:
        left += agreed.get(each.quarter, ZERO) - to_pay
        found.append(CashQuarter(each.quarter, euro(to_pay), agreed.get(each.quarter, ZERO), euro(left)))
        to_pay = each.cost
    if quarters:
        after = quarters[-1].quarter.next
        left += agreed.get(after, ZERO) - to_pay
        found.append(CashQuarter(after, euro(to_pay), agreed.get(after, ZERO), euro(left)))
    return found


def next_ask(quarters: Sequence[CashQuarter], on: date) -> Ask | None:
    """What to ask of the payer, when the agreed instalments are not enough; None when they are.

    Enough for the first quarter that is short and the one after it, rounded up.
    """
    short = next((i for i, each in enumerate(quarters) if each.balance < 0), None)
    if short is None:
        return None
    lacks = -min(each.balance for each in quarters[short : short + 2])
    amount = (lacks / ROUNDED_TO).to_integral_value(ROUND_CEILING) * ROUNDED_TO
    first = quarters[short].quarter
    return Ask(euro(amount), max(on, first.first_day), first)
