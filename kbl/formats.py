"""How amounts, numbers and days are written in Dutch: on screen, on paper and in mail alike."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format

from kbl.money import half_up

NOTHING = "–"
SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def _dutch(value: Decimal, decimals: int) -> str:
    """Dots between thousands, a comma before decimals, a real minus sign; rounded, where Django would cut off."""
    rounded = half_up(value, decimals)
    sign = MINUS if rounded < 0 else ""
    return sign + number_format(abs(rounded), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def euro(value: Decimal | int | None) -> str:
    """`€ 1.234,50`, kept on one line."""
    if value is None:
        return NOTHING
    sign = MINUS if half_up(Decimal(value), 2) < 0 else ""
    return f"{sign}€{SPACE}{_dutch(abs(Decimal(value)), 2)}"


def whole_euro(value: Decimal | int | None) -> str:
    """`€ 92.375`: an expectation, of which a cent would say more than anybody knows."""
    if value is None:
        return NOTHING
    sign = MINUS if half_up(Decimal(value), 0) < 0 else ""
    return f"{sign}€{SPACE}{_dutch(abs(Decimal(value)), 0)}"


def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """`12.500`; `number(years, 1)` gives `2,5`."""
    return NOTHING if value is None else _dutch(Decimal(value), decimals)


def plural(count: int, one: str, more: str) -> str:
    """The word that goes with a number: `plural(1, "is", "zijn")` gives `is`, of 0 or 24 it gives `zijn`."""
    return one if count == 1 else more


def counted(count: int, one: str, more: str) -> str:
    """A number with its word: `1 voucher`, `12.500 vouchers`."""
    return f"{number(count)} {plural(count, one, more)}"


def voucher_count(count: int) -> str:
    """`1 voucher`, `12.500 vouchers`: what is counted most here."""
    return counted(count, "voucher", "vouchers")


def percent(ratio: Decimal | float | None, decimals: int = 0) -> str:
    """A part of one as `37 %`."""
    return NOTHING if ratio is None else _dutch(percent_value(ratio, decimals), decimals) + f"{SPACE}%"


def percent_value(ratio: Decimal | float, decimals: int = 0) -> Decimal:
    """A part of one in per cent, as `percent` writes it: the number for a file beside the screen."""
    return half_up(Decimal(str(ratio)) * 100, decimals)


def serial(value: int | None) -> str:
    """`0012345`, as it is printed."""
    return NOTHING if value is None else f"{value:07d}"


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day(value: date | datetime | None) -> str:
    """`22 november 2026`."""
    return NOTHING if value is None else date_format(_local(value), "j F Y").replace(" ", SPACE)


def short_day(value: date | datetime | None) -> str:
    """`22 nov 2026`, for tables."""
    return NOTHING if value is None else date_format(_local(value), "j b Y").replace(" ", SPACE)


def moment(value: datetime | None) -> str:
    """`22 nov 2026, 14:05`."""
    return NOTHING if value is None else date_format(_local(value), "j b Y, H:i").replace(" ", SPACE)
