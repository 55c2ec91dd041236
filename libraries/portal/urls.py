"""The libraries' portal: the desk, its redemptions, and renewals."""

from django.urls import path

from libraries.portal import desk, enrolments, renewals, welcome

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("controle/", desk.check, name="desk_check"),
    path("inwisselen/", desk.redeem, name="desk_redeem"),
    path("inschrijvingen/", enrolments.enrolments, name="enrolments"),
    path("inschrijvingen/<int:pk>/terugdraaien/", enrolments.undo, name="undo_enrolment"),
    path("verlengingen/", renewals.renewals, name="renewals"),
    path("verlengingen/<int:pk>/terugdraaien/", renewals.undo_renewal, name="undo_renewal"),
    path("verlengingen/gestopt/<int:pk>/terugdraaien/", renewals.undo_end, name="undo_end"),
    path("welkom/", welcome.card, name="welcome"),
    path("welkom/nieuw/", welcome.new_offer, name="new_offer"),
    path("welkom/verteld/", welcome.tell, name="welcome_told"),
    path("welkom/<int:pk>/", welcome.change_offer, name="change_offer"),
]
