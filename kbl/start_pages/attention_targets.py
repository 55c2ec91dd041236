"""Whether target A goes as fast as its year does: said in time, when something can still be done about it."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from kbl.formats import number, percent
from kbl.start_pages.attention_point import AttentionPoint
from libraries.models import Participation

FAR_BEHIND = Decimal("0.8")  # of what the days that are over ask for
TOO_EARLY = Decimal("0.25")  # of the year: before that a slow week says nothing


def part_of_year(on: date) -> Decimal:
    """Which part of the days of this year on which a library takes part is over, this day included; without any, 0."""
    starts = Participation.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    first, last = date(on.year, 1, 1), date(on.year, 12, 31)
    if starts is None or starts > on:
        return Decimal(0)
    begin = max(first, starts)
    return Decimal((on - begin).days + 1) / ((last - begin).days + 1)


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
