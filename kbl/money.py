"""Money: decimal euros, two decimals, one way of rounding. No database.

Amounts are `Decimal` throughout; a float is refused because it cannot hold a cent exactly.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def euro(value: Decimal | int | str) -> Decimal:
    """The amount in euros, rounded half up to a cent: the only rounding there is."""
    if isinstance(value, float):
        raise TypeError("An amount is never a float.")
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def percentage(amount: Decimal, rate: Decimal) -> Decimal:
    """`rate` per cent of an amount, in euros: VAT over one rate's net total."""
    return euro(amount * rate / 100)


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
