"""Payment requests: of Cubiss, and as the province sees them."""

from django.urls import path

from reporting.payment_requests import pages

cubiss = [
    path("fonds/betaalverzoeken/", pages.office, name="payment_requests"),
    path("fonds/betaalverzoeken/<int:pk>/besluit/", pages.decide, name="payment_request_decide"),
    path("fonds/betaalverzoeken/<int:pk>/pdf/", pages.office_file, name="payment_request_file"),
]
province = [
    path("betaalverzoeken/", pages.province, name="payment_requests"),
    path("betaalverzoeken/<int:pk>/pdf/", pages.province_file, name="payment_request_file"),
]
