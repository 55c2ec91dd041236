"""The start page of each audience, and the office's organisation pages."""

from django.urls import path

from kbl.front.intermediary import home as intermediary_home

cubiss: list = []
intermediary = [path("", intermediary_home, name="home")]
