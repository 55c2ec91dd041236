"""The search box of the office."""

from django.urls import path

from kbl.search.views import search

urlpatterns = [path("zoeken/", search, name="search")]
