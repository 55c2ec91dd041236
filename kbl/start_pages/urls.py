"""The start page of each audience, and the pages it leads to that need more than one room."""

from django.urls import path

from kbl.start_pages import cubiss as today
from kbl.start_pages import progress_file
from kbl.start_pages.intermediary import home as intermediary_home
from kbl.start_pages.library_open_items import open_items
from kbl.start_pages.library_progress import progress
from kbl.start_pages.offices import offices
from kbl.start_pages.quarter import quarter

cubiss = [path("", today.home, name="home")]
intermediary = [
    path("", intermediary_home, name="home"),
    path("kwartaal/", quarter, name="quarter"),
    path("aangesloten/", offices, name="offices"),
    path("zo-gaat-het/bestand/", progress_file.of_intermediary, name="progress_file"),
]
library = [
    path("open-punten/", open_items, name="open_items"),
    path("zo-gaat-het/", progress, name="progress"),
    path("zo-gaat-het/bestand/", progress_file.of_library, name="progress_file"),
]
