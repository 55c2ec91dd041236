"""Cubiss' pages about work in the background."""

from django.urls import path

from kbl.jobs import views

urlpatterns = [
    path("werk/", views.jobs, name="jobs"),
    path("werk/<int:pk>/", views.job, name="job"),
    path("werk/<int:pk>/opnieuw/", views.job_again, name="job_again"),
    path("werk/<int:pk>/bestand/", views.job_file, name="job_file"),
]
