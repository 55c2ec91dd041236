"""Cubiss' pages for printing vouchers."""

from django.urls import path

from vouchers.paper import views

urlpatterns = [
    path("vouchers/afdrukken/", views.print_sheets, name="print_sheets"),
    path("vouchers/series/<int:pk>/lijst/", views.print_list, name="print_list"),
]
