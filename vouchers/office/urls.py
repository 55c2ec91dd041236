"""Cubiss' stock pages."""

from django.urls import path

from vouchers.office import custody, second_look, views

urlpatterns = [
    path("vouchers/", views.stock, name="stock"),
    path("vouchers/series/<int:pk>/", views.batch, name="batch"),
    path("vouchers/terugnemen/", custody.take_back, name="take_back"),
    path("vouchers/terugvragen/", custody.recall, name="recall"),
    path("vouchers/ongeldig/", custody.void, name="void"),
    path("vouchers/langer-geldig/", custody.extend, name="extend"),
    path("vouchers/weer-geldig/", custody.revive, name="revive"),
    path("vouchers/onderweg/", second_look.homecomings, name="homecomings"),
    path("vouchers/onderweg/<int:pk>/afronden/", second_look.homecoming_close, name="homecoming_close"),
    path("vouchers/weer-geldig/verzoeken/", second_look.revivals, name="revivals"),
    path("vouchers/weer-geldig/verzoeken/<int:pk>/", second_look.revival_decide, name="revival_decide"),
]
