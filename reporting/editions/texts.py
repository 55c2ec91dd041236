"""What people add to a report: a text per place, always by somebody, at a moment. Nothing is overwritten."""

from collections.abc import Mapping
from datetime import datetime

from kbl.settlements.models import Closing
from reporting.editions.models import ReportText, TextPlace
from reporting.editions.refused import EditionRefused
from reporting.models import ReportEdition


def standing(closing: Closing) -> dict[str, ReportText]:
    """The text that stands at every place that has one, in the order of the report."""
    newest: dict[str, ReportText] = {}
    for each in ReportText.objects.filter(closing=closing).select_related("written_by").order_by("pk"):
        newest[each.place] = each
    return {place: newest[place] for place in TextPlace.values if place in newest and newest[place].text}


def words(texts: Mapping[str, ReportText]) -> dict[str, str]:
    """The texts alone, by place."""
    return {place: each.text for place, each in texts.items()}


def write(closing: Closing, place: str, text: str, *, by, at: datetime) -> ReportText | None:
    """Write a text at a place; None when it stands there already, in this person's own words.

    Who writes the same words as a colleague takes them over. Raises EditionRefused (WAITS), ValidationError for what
    looks like somebody's particulars.
    """
    if ReportEdition.objects.filter(closing=closing, decided_at__isnull=True).exists():
        raise EditionRefused(EditionRefused.Reason.WAITS)
    made = ReportText(closing=closing, place=place, text=text, written_by=by, written_at=at)
    made.text = ReportText._meta.get_field("text").clean(text, made)
    now = standing(closing).get(place)
    if (now is None and not made.text) or (now and now.text == made.text and now.written_by_id == by.pk):
        return None
    made.save()
    return made
