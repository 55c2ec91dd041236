"""The portal of libraries: the desk, and the manager's pages."""

from kbl.payments.portal.urls import library as particulars
from kbl.settlements.portal.urls import library as statements
from kbl.start_pages.urls import library as start
from kbl.walk_in.urls import urlpatterns as walk_in
from libraries.portal.urls import urlpatterns as desk
from reporting.monitor.urls import library as monitor
from reporting.survey.urls import library as survey

urlpatterns = [*desk, *walk_in, *start, *statements, *particulars, *survey, *monitor]
