"""The office's pages about what two sides tell differently."""

from django.urls import path

from kbl.discrepancies.office import worklists

urlpatterns = [
    path("verschillen/", worklists.discrepancies, name="discrepancies"),
]
