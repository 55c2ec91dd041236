"""The office of Cubiss' project team."""

from intermediaries.office.urls import urlpatterns as custody
from kbl.front.urls import cubiss as front
from kbl.jobs.urls import urlpatterns as jobs
from kbl.settlements.office.urls import urlpatterns as settlements
from reporting.office.urls import urlpatterns as reports
from vouchers.office.urls import urlpatterns as stock

urlpatterns = [*front, *stock, *custody, *settlements, *jobs, *reports]
