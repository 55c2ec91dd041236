"""Money: decimal euros, two decimals, one way of rounding (also for what is shown as a percentage). No database.

Amounts are `Decimal` throughout; a float is refused because it cannot hold a cent exactly.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def half_up(value: Decimal | int, decimals: int) -> Decimal:
    """A number as people round it, a half away from zero: the only rounding there is, of amounts and percentages."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def euro(value: Decimal | int | str) -> Decimal:
    """The amount in euros, rounded to a cent."""
    if isinstance(value, float):
        raise TypeError("An amount is never a float.")
    return half_up(Decimal(value), 2)


def percentage(amount: Decimal, rate: Decimal) -> Decimal:
    """`rate` per cent of an amount, in euros: VAT over one rate's net total."""
    return euro(amount * rate / 100)


def percentages(parts: Sequence[Decimal | int], whole: Decimal | int, decimals: int) -> list[Decimal]:
    """Parts of a whole in per cent, as they are shown beside their sum: rounded so that they add up to it.

    Each is at most one unit of the last decimal away from its own rounding. Raises ZeroDivisionError without a whole.
    """
    unit = Decimal(1).scaleb(-decimals)
    exact = [Decimal(part) * 100 / Decimal(whole) / unit for part in parts]
    units = [each.to_integral_value(ROUND_FLOOR) for each in exact]
    left_over = half_up(Decimal(sum(parts)) * 100 / Decimal(whole), decimals) / unit - sum(units)
    by_remainder = sorted(range(len(exact)), key=lambda i: units[i] - exact[i])
    for i in by_remainder[: int(left_over)]:
        units[i] += 1
    return [each * unit for each in units]


def split(total: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Divide an amount by weight so that the parts add up to it to the cent.

    The cents that rounding leaves over go to the largest remainders, the earliest first.
    """
    weight = sum(weights)
    if weight <= 0:
        raise ValueError("Nothing to divide over.")
    cents = int(euro(total) * 100)
    parts = [cents * each // weight for each in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(cents * weights[i] % weight))
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return [Decimal(part) / 100 for part in parts]
