"""The office of Cubiss' project team."""

from django.urls import path

from intermediaries.office.order_urls import urlpatterns as orders
from intermediaries.office.urls import urlpatterns as custody
from kbl.discrepancies.office.urls import urlpatterns as discrepancies
from kbl.front.readiness import library_ready
from kbl.front.urls import cubiss as front
from kbl.intake.urls import urlpatterns as intake
from kbl.jobs.urls import urlpatterns as jobs
from kbl.payments.office.bank_urls import urlpatterns as bank
from kbl.payments.office.urls import urlpatterns as payments
from kbl.settlements.office.urls import urlpatterns as settlements
from reporting.audit.urls import urlpatterns as audit
from reporting.office.urls import urlpatterns as reports
from vouchers.office.urls import urlpatterns as stock
from vouchers.paper.urls import urlpatterns as paper

ready = [path("organisaties/<slug:slug>/klaar/", library_ready, name="library_ready")]

urlpatterns = [
    *front,
    *ready,
    *stock,
    *paper,
    *custody,
    *orders,
    *settlements,
    *payments,
    *bank,
    *discrepancies,
    *jobs,
    *intake,
    *reports,
    *audit,
]
