"""What an intermediary still has to tell, in its portal."""

from django.urls import path

from kbl.discrepancies.portal import open_points

intermediary = [
    path("open-punten/", open_points.open_points, name="open_points"),
    path("open-punten/melden/", open_points.report, name="open_points_report"),
    path("open-punten/niet-gebruikt/", open_points.unused, name="open_points_unused"),
    path("open-punten/nummers/", open_points.numbers, name="open_points_numbers"),
]
