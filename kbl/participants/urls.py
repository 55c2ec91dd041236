"""The office's pages about organisations."""

from django.urls import path

from kbl.participants.organisations import organisation, organisations
from kbl.participants.readiness import library_ready

urlpatterns = [
    path("organisaties/", organisations, name="organisations"),
    path("organisaties/<slug:slug>/", organisation, name="organisation"),
    path("organisaties/<slug:slug>/klaar/", library_ready, name="library_ready"),
]
