"""What somebody has, and how long that lasts, in words."""

from django.utils.formats import date_format

from intermediaries.stock_levels.levels import Supply
from kbl.formats import counted, number, plural, voucher_count


def about_supply(found: Supply) -> str:
    """What somebody has of a medium, and how long that lasts, in one or two sentences."""
    has = f"U hebt nog {voucher_count(found.left)}." if found.left else "U hebt er geen."
    if not found.used:
        return f"{has} De laatste 13 weken gingen er geen uit."
    gone = f"De laatste 13 weken {plural(found.used, 'ging', 'gingen')} er {number(found.used)} uit."
    if not found.left:
        return f"{has} {gone}"
    if found.empty_on is None:
        return f"{has} {gone} Daar kunt u meer dan twee jaar mee vooruit."
    if not found.weeks:
        return f"{has} {gone} Dat is deze week op."
    weeks = counted(found.weeks, "week", "weken")
    return f"{has} {gone} Dat is genoeg voor {weeks}: op rond {date_format(found.empty_on, 'j F Y')}."
