"""The intermediaries' own pages about orders, receipts and counting."""

from django.urls import path

from intermediaries.portal import counting, orders, stock_levels

urlpatterns = [
    path("bestellen/", orders.order_list, name="orders"),
    path("bestellen/minimum/", stock_levels.order_levels, name="order_levels"),
    path("bestellen/<int:pk>/", orders.order_page, name="order"),
    path("bestellen/<int:pk>/aanpassen/", orders.order_change, name="order_change"),
    path("bestellen/<int:pk>/intrekken/", orders.order_cancel, name="order_cancel"),
    path("bestellen/<int:pk>/ontvangen/", orders.order_receive, name="order_receive"),
    path("bestellen/<int:pk>/verschil/", counting.order_difference, name="order_difference"),
    path("bestellen/<int:pk>/pakbon/", orders.order_packing_list, name="order_packing_list"),
    path("voorraad/tellen/", counting.count, name="count"),
]
