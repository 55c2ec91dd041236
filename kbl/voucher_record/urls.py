"""The office's pages about single vouchers, a range of them, and the whole stock."""

from django.urls import path

from kbl.voucher_record import overview_page, range_page, voucher_page

urlpatterns = [
    path("vouchers/nummer/<int:serial>/", voucher_page.voucher, name="voucher"),
    path("vouchers/nummers/", range_page.vouchers, name="range"),
    path("vouchers/overzicht/", overview_page.page, name="stock_overview"),
    path("vouchers/overzicht/bestand/<slug:kind>/", overview_page.download, name="stock_overview_file"),
]
