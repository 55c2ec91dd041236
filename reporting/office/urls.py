from django.urls import path

from reporting.dashboard.files import chart_csv
from reporting.editions import interim_pages
from reporting.editions import office as editions
from reporting.message import pages as quarter_message
from reporting.monitor.urls import cubiss as monitor
from reporting.office import flows, forecast, journal, views, white_spots
from reporting.payment_requests.urls import cubiss as payment_requests
from reporting.survey.urls import cubiss as survey

urlpatterns = [
    *survey,
    *monitor,
    *payment_requests,
    path("fonds/journaal/", journal.show, name="journal"),
    path("fonds/journaal/journaal.<table:form>", journal.export, name="journal_file"),
    path("fonds/journaal/rekeningen/", journal.ledger_accounts, name="ledger_accounts"),
    path("rapportages/", views.reports, name="reports"),
    path("rapportages/nu/", views.current_figures, name="current_figures"),
    path("rapportages/nu/csv/", views.current_figures_csv, name="current_figures_csv"),
    path("rapportages/dashboard/<slug:chart>/csv/", chart_csv, name="dashboard_csv"),
    path("rapportages/herkomst/", flows.show, name="flows"),
    path("rapportages/herkomst/herkomst.<table:form>", flows.export, name="flows_file"),
    path("rapportages/witte-vlekken/", white_spots.show, name="white_spots"),
    path("rapportages/witte-vlekken/witte-vlekken.<table:form>", white_spots.export, name="white_spots_file"),
    path("rapportages/witte-vlekken/<slug:code>/", white_spots.target_group, name="target_group"),
    path("rapportages/vooruitblik/", forecast.show, name="forecast"),
    path("rapportages/vooruitblik/csv/", forecast.file, name="forecast_csv"),
    path("rapportages/tussenstand/", interim_pages.interim_make, name="interim_make"),
    path("rapportages/tussenstand/<int:pk>/", interim_pages.interim_release, name="interim_release"),
    path("rapportages/tussenstand/<int:pk>/<str:form>/", interim_pages.interim_file, name="interim_file"),
    path("rapportages/<str:quarter>/", views.report, name="report"),
    path("rapportages/<str:quarter>/bericht/", quarter_message.message, name="quarter_message"),
    path("rapportages/<str:quarter>/grafiek/<slug:chart>/<slug:size>/", views.report_chart, name="report_chart"),
    path("rapportages/<str:quarter>/pdf/", views.report_document, name="report_document"),
    path("rapportages/<str:quarter>/teksten/", editions.report_texts, name="report_texts"),
    path("rapportages/<str:quarter>/voorleggen/", editions.report_ask, name="report_ask"),
    path("rapportages/<str:quarter>/uitgaven/<int:pk>/", editions.report_decide, name="report_decide"),
    path("rapportages/<str:quarter>/uitgaven/<int:pk>/<str:form>/", editions.edition_file, name="edition_file"),
    path("rapportages/<str:quarter>/delen/", editions.report_parts, name="report_parts"),
    path("rapportages/<str:quarter>/delen/<str:about>/<int:pk>/", editions.report_part, name="report_part"),
]
