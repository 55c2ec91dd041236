"""The portal of intermediaries."""

from intermediaries.portal.order_urls import urlpatterns as orders
from intermediaries.portal.urls import urlpatterns as hand_out
from kbl.front.urls import intermediary as front
from kbl.settlements.portal.urls import intermediary as statements

urlpatterns = [*front, *hand_out, *orders, *statements]
