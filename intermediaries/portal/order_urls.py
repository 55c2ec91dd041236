"""The intermediaries' own pages about orders, receipts and counting."""

from django.urls import path

from intermediaries.portal import order_counts, orders

urlpatterns = [
    path("bestellen/", orders.order_list, name="orders"),
    path("bestellen/minimum/", order_counts.order_levels, name="order_levels"),
    path("bestellen/<int:pk>/", orders.order_page, name="order"),
    path("bestellen/<int:pk>/aanpassen/", orders.order_change, name="order_change"),
    path("bestellen/<int:pk>/intrekken/", orders.order_cancel, name="order_cancel"),
    path("bestellen/<int:pk>/ontvangen/", orders.order_receive, name="order_receive"),
    path("bestellen/<int:pk>/verschil/", order_counts.order_difference, name="order_difference"),
    path("bestellen/<int:pk>/pakbon/", orders.order_packing_list, name="order_packing_list"),
    path("voorraad/tellen/", order_counts.count, name="count"),
]
