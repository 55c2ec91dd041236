from django.urls import path

from reporting.office import forecast, journal, views
from reporting.survey.urls import cubiss as survey

urlpatterns = [
    *survey,
    path("fonds/journaal/", journal.show, name="journal"),
    path("fonds/journaal/journaal.<table:form>", journal.export, name="journal_file"),
    path("fonds/journaal/rekeningen/", journal.ledger_accounts, name="ledger_accounts"),
    path("rapportages/", views.reports, name="reports"),
    path("rapportages/nu/", views.current_figures, name="current_figures"),
    path("rapportages/nu/csv/", views.current_figures_csv, name="current_figures_csv"),
    path("rapportages/vooruitblik/", forecast.show, name="forecast"),
    path("rapportages/vooruitblik/csv/", forecast.file, name="forecast_csv"),
    path("rapportages/<str:quarter>/", views.report, name="report"),
    path("rapportages/<str:quarter>/pdf/", views.report_document, name="report_document"),
]
