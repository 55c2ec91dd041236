from django.urls import path

from reporting.portal import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("<str:quarter>/", views.report, name="report"),
    path("<str:quarter>/pdf/", views.report_document, name="report_document"),
]
