from django.urls import path

from reporting.editions.interim_pages import released_interim_file
from reporting.monitor.urls import province_pages as monitor
from reporting.payment_requests.urls import province as payment_requests
from reporting.portal import views

urlpatterns = [
    path("", views.reports, name="reports"),
    *monitor,
    *payment_requests,
    path("tussenstand/<int:pk>/<str:form>/", released_interim_file, name="interim_file"),
    path("<str:quarter>/", views.report, name="report"),
    path("<str:quarter>/grafiek/<slug:chart>/<slug:size>/", views.report_chart, name="report_chart"),
    path("<str:quarter>/pdf/", views.report_document, name="report_document"),
    path("<str:quarter>/versie/<int:version>/", views.report_version, name="report_version"),
    path("<str:quarter>/versie/<int:version>/<str:form>/", views.report_file, name="report_file"),
]
