"""Cubiss' stock pages."""

from django.urls import path

from vouchers.office import returns, revalidation, stock, stock_changes

urlpatterns = [
    path("vouchers/", stock.stock, name="stock"),
    path("vouchers/series/<int:pk>/", stock.batch, name="batch"),
    path("vouchers/terugnemen/", stock_changes.take_back, name="take_back"),
    path("vouchers/terugvragen/", stock_changes.recall, name="recall"),
    path("vouchers/ongeldig/", stock_changes.void, name="void"),
    path("vouchers/langer-geldig/", stock_changes.extend, name="extend"),
    path("vouchers/weer-geldig/", stock_changes.revalidate, name="revalidate"),
    path("vouchers/onderweg/", returns.expected_returns, name="expected_returns"),
    path("vouchers/onderweg/<int:pk>/afronden/", returns.close_return, name="return_close"),
    path("vouchers/weer-geldig/verzoeken/", revalidation.requests, name="revalidation_requests"),
    path("vouchers/weer-geldig/verzoeken/<int:pk>/", revalidation.decide, name="revalidation_decide"),
]
