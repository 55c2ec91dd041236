"""Cubiss' page of mail that did not arrive, and what machines ask."""

from django.urls import path

from kbl.upkeep import health_views, mail_views

cubiss = [
    path("post/", mail_views.undelivered, name="undelivered"),
    path("post/<slug:key>/<int:pk>/opnieuw/", mail_views.mail_again, name="mail_again"),
]

health = [
    path("leeft/", health_views.alive, name="health_alive"),
    path("klaar/", health_views.ready, name="health_ready"),
    path("alles/", health_views.everything, name="health_everything"),
]
