"""The start page of each audience, and the office's pages about organisations and about single vouchers."""

from django.urls import path

from kbl.front import cubiss as today
from kbl.front import organisations
from kbl.front.intermediary import home as intermediary_home
from kbl.front.library_matters import matters
from kbl.front.offices import offices
from kbl.front.quarter import quarter
from kbl.front.search.views import search
from kbl.front.vouchers import overview_page, range_page, voucher_page

cubiss = [
    path("", today.home, name="home"),
    path("zoeken/", search, name="search"),
    path("vouchers/nummer/<int:serial>/", voucher_page.voucher, name="voucher"),
    path("vouchers/nummers/", range_page.vouchers, name="range"),
    path("vouchers/overzicht/", overview_page.page, name="stock_overview"),
    path("vouchers/overzicht/bestand/<slug:kind>/", overview_page.download, name="stock_overview_file"),
    path("organisaties/", organisations.organisations, name="organisations"),
    path("organisaties/<slug:slug>/", organisations.organisation, name="organisation"),
]
intermediary = [
    path("", intermediary_home, name="home"),
    path("kwartaal/", quarter, name="quarter"),
    path("aangesloten/", offices, name="offices"),
]
library = [path("open-punten/", matters, name="matters")]
