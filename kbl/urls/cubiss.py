"""The office of Cubiss' project team."""

from intermediaries.office.order_urls import urlpatterns as orders
from intermediaries.office.urls import urlpatterns as custody
from kbl.discrepancies.office.urls import urlpatterns as discrepancies
from kbl.intake.urls import urlpatterns as intake
from kbl.jobs.urls import urlpatterns as jobs
from kbl.participants.urls import urlpatterns as participants
from kbl.payments.office.bank_urls import urlpatterns as bank
from kbl.payments.office.urls import urlpatterns as payments
from kbl.search.urls import urlpatterns as search
from kbl.settlements.office.urls import urlpatterns as settlements
from kbl.start_pages.urls import cubiss as start
from kbl.upkeep.urls import cubiss as upkeep
from kbl.voucher_record.urls import urlpatterns as voucher_record
from reporting.audit.urls import urlpatterns as audit
from reporting.clearing.urls import urlpatterns as clearing
from reporting.office.urls import urlpatterns as reports
from vouchers.office.urls import urlpatterns as stock
from vouchers.paper.urls import urlpatterns as paper

urlpatterns = [
    *start,
    *search,
    *voucher_record,
    *participants,
    *stock,
    *paper,
    *custody,
    *orders,
    *settlements,
    *payments,
    *bank,
    *discrepancies,
    *jobs,
    *upkeep,
    *intake,
    *reports,
    *audit,
    *clearing,
]
