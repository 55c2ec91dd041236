"""The survey: its public page, and the pages of libraries and of Cubiss."""

from django.urls import path

from reporting.survey import office, portal
from reporting.survey.page import survey

urlpatterns = [path("<slug:library>/", survey, name="survey")]

library = [
    path("enquete/", portal.survey, name="survey"),
    path("enquete/poster/", portal.poster, name="survey_poster"),
    path("enquete/code.png", portal.code, name="survey_code"),
    path("enquete/kaarten/", portal.cards, name="survey_cards"),
]
cubiss = [
    path("rapportages/enquete/", office.survey, name="survey"),
    path("rapportages/enquete/<slug:slug>/poster/", office.poster, name="survey_poster"),
]
