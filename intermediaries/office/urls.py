"""Cubiss' pages about intermediaries: new vouchers, custody and accreditation."""

from django.urls import path

from intermediaries.office import custody, views

urlpatterns = [
    path("vouchers/series/nieuw/", views.batch_new, name="batch_new"),
    path("vouchers/toewijzen/", custody.allocate, name="allocate"),
    path("vouchers/verplaatsen/", custody.hand_on, name="hand_on"),
    path("organisaties/<slug:slug>/accreditatie/", views.accredit, name="accredit"),
    path("accreditaties/<int:pk>/beeindigen/", views.accreditation_end, name="accreditation_end"),
]
