"""The search box of the office, and the names that fit while somebody types one."""

from django.urls import path

from kbl.search.choosing import choose
from kbl.search.views import search

urlpatterns = [
    path("zoeken/", search, name="search"),
    path("kiezen/<slug:source>/", choose, name="choose"),
]
