"""Cubiss' stock pages."""

from django.urls import path

from vouchers.office import views

urlpatterns = [
    path("vouchers/", views.stock, name="stock"),
    path("vouchers/series/<int:pk>/", views.batch, name="batch"),
    path("vouchers/terugnemen/", views.take_back, name="take_back"),
    path("vouchers/ongeldig/", views.void, name="void"),
]
