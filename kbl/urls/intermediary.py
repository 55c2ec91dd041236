"""The portal of intermediaries."""

from intermediaries.portal.order_urls import urlpatterns as orders
from intermediaries.portal.urls import urlpatterns as hand_out
from kbl.discrepancies.portal.urls import intermediary as open_items
from kbl.payments.portal.urls import intermediary as particulars
from kbl.settlements.portal.urls import intermediary as statements
from kbl.start_pages.urls import intermediary as start

urlpatterns = [*start, *hand_out, *orders, *open_items, *statements, *particulars]
