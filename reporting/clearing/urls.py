from django.urls import path

from reporting.clearing import views

urlpatterns = [
    path("controle/persoonsgegevens/", views.personal_data, name="personal_data"),
    path("controle/persoonsgegevens/wissen/", views.clear, name="personal_data_clear"),
]
