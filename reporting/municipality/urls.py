from django.urls import path

from reporting.municipality import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cijfers/<slug:chart>/", views.chart_file, name="chart_file"),
    path("rapportage/<str:quarter>/", views.report, name="report"),
    path("bibliotheken/", views.own_libraries, name="libraries"),
]
