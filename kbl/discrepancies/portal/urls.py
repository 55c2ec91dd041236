"""What an intermediary still has to tell, in its portal."""

from django.urls import path

from kbl.discrepancies.portal import open_items

intermediary = [
    path("open-punten/", open_items.open_items, name="open_items"),
    path("open-punten/melden/", open_items.report, name="open_items_report"),
    path("open-punten/niet-gebruikt/", open_items.unused, name="open_items_unused"),
    path("open-punten/nummers/", open_items.numbers, name="open_items_numbers"),
]
