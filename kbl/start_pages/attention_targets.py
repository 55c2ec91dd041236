"""Whether target A goes as fast as its year does, and every municipality as fast as its share: said in time, when
something can still be done about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse

from kbl.formats import counted, number, percent
from kbl.organisations.models import Municipality
from kbl.start_pages.attention_point import NAMED, AttentionPoint
from reporting.dashboard.other_goals import GoalPace
from reporting.dashboard.pace import part_of_year
from reporting.figures.white_spots import far_behind

FAR_BEHIND = Decimal("0.8")  # of what the days that are over ask for
TOO_EARLY = Decimal("0.25")  # of the year: before that a slow week says nothing


def targets(target: int, reached: int, on: date, over: Decimal | None = None) -> list[AttentionPoint]:
    """Target A of this year, when it is far behind its own pace. `over`: the part of the year, where it is known."""
    over = part_of_year(on) if over is None else over
    if not target or over < TOO_EARLY or reached >= target * over * FAR_BEHIND:
        return []
    words = f"Doel A van {on.year} loopt achter"
    note = (
        f"{number(reached)} van {number(target)} nieuwe lidmaatschappen ({percent(Decimal(reached) / target)}), terwijl"
        f" {percent(over)} van het jaar voorbij is."
    )
    return [AttentionPoint(words, note, reverse("cubiss:forecast"), "Naar de vooruitblik", "chart-line")]


def other_goals(goals: Sequence[GoalPace]) -> list[AttentionPoint]:
    """The targets B to E that were measured and are far behind what the plan asks for by now."""
    return [
        AttentionPoint(
            f"{each.name} blijft ver achter",
            f"{each.words}. Het zou nu {percent(each.due)} moeten zijn.",
            reverse("cubiss:monitor_goal", args=[each.letter.value.lower()]),
            "Naar de monitor",
            "flag",
        )
        for each in goals
        if each.pace is not None and each.pace < FAR_BEHIND
    ]


def municipalities(
    members: Mapping[int, int], on: date, places: Sequence[Municipality] | None = None
) -> list[AttentionPoint]:
    """The municipalities that are far behind their share of the programme's own pace; the furthest are named.

    `members`: new memberships and conversions since the start per municipality. Which share, and when it is too early
    to say: reporting/figures/white_spots.py.
    """
    found = sorted(far_behind(on, members, places), key=lambda each: each.members - each.expected)
    if not found:
        return []
    behind = counted(len(found), "gemeente loopt", "gemeenten lopen")
    named = ", ".join(
        f"{each.municipality} ({number(each.members)} van {number(round(each.expected))})" for each in found[:NAMED]
    )
    more = f" en nog {number(len(found) - NAMED)}" if len(found) > NAMED else ""
    note = f"Nieuwe leden, naar verhouding van de doelgroep: {named}{more}."
    return [
        AttentionPoint(f"{behind} ver achter", note, reverse("cubiss:white_spots"), "Naar de witte vlekken", "map-pin")
    ]
