"""Whether target A goes as fast as its year does: said in time, when something can still be done about it."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from kbl.formats import number, percent
from kbl.start_pages.attention_point import AttentionPoint
from reporting.dashboard.pace import part_of_year

FAR_BEHIND = Decimal("0.8")  # of what the days that are over ask for
TOO_EARLY = Decimal("0.25")  # of the year: before that a slow week says nothing


def targets(target: int, reached: int, on: date) -> list[AttentionPoint]:
    """Target A of this year, when it is far behind its own pace."""
    over = part_of_year(on)
    if not target or over < TOO_EARLY or reached >= target * over * FAR_BEHIND:
        return []
    words = f"Doel A van {on.year} loopt achter"
    note = (
        f"{number(reached)} van {number(target)} nieuwe lidmaatschappen ({percent(Decimal(reached) / target)}), terwijl"
        f" {percent(over)} van het jaar voorbij is."
    )
    return [AttentionPoint(words, note, reverse("cubiss:forecast"), "Naar de vooruitblik", "chart-line")]
