"""The start page of each audience, and the office's organisation pages."""

from django.urls import path

from kbl.front import cubiss as today
from kbl.front import organisations
from kbl.front.intermediary import home as intermediary_home

cubiss = [
    path("", today.home, name="home"),
    path("organisaties/", organisations.organisations, name="organisations"),
    path("organisaties/<slug:slug>/", organisations.organisation, name="organisation"),
]
intermediary = [path("", intermediary_home, name="home")]
