"""Cubiss' pages about intermediaries: new vouchers, custody and accreditation."""

from django.urls import path

from intermediaries.office import accreditation, kind, new_batch, service_area, stock_changes

urlpatterns = [
    path("vouchers/series/nieuw/", new_batch.batch_new, name="batch_new"),
    path("vouchers/toewijzen/", stock_changes.allocate, name="allocate"),
    path("vouchers/verplaatsen/", stock_changes.hand_on, name="hand_on"),
    path("organisaties/<slug:slug>/accreditatie/", accreditation.accredit, name="accredit"),
    path("organisaties/<slug:slug>/werkgebied/", service_area.service_area, name="service_area"),
    path("organisaties/<slug:slug>/soort/", kind.intermediary_kind, name="intermediary_kind"),
    path("accreditaties/<int:pk>/beeindigen/", accreditation.accreditation_end, name="accreditation_end"),
]
