"""Cubiss' pages about orders, and about what was counted differently."""

from django.urls import path

from intermediaries.office import counting, orders, stock_levels

urlpatterns = [
    path("bestellingen/", orders.order_list, name="orders"),
    path("bestellingen/<int:pk>/", orders.order_page, name="order"),
    path("bestellingen/<int:pk>/versturen/", orders.order_ship, name="order_ship"),
    path("bestellingen/<int:pk>/serie/", orders.order_make, name="order_make"),
    path("bestellingen/<int:pk>/afwijzen/", orders.order_decline, name="order_decline"),
    path("bestellingen/<int:pk>/pakbon/", orders.order_packing_list, name="order_packing_list"),
    path("verschillen/tellingen/<int:pk>/", counting.difference, name="difference"),
    path("organisaties/<slug:slug>/minimum/", stock_levels.order_levels, name="order_levels"),
]
