"""The office's pages about what two sides tell differently."""

from django.urls import path

from kbl.discrepancies.office import answering, reminder_pages, signal_pages, worklists

urlpatterns = [
    path("verschillen/", worklists.discrepancies, name="discrepancies"),
    path("verschillen/bestand/<slug:kind>/", worklists.download, name="discrepancies_file"),
    path("verschillen/soort/<slug:slug>/antwoorden/", answering.answer, name="discrepancies_answer"),
    path("verschillen/soort/<slug:slug>/<int:pk>/", answering.row, name="discrepancy"),
    path("verschillen/antwoorden/<int:pk>/intrekken/", answering.revoke, name="answer_revoke"),
    path("verschillen/herinneringen/", reminder_pages.overview, name="discrepancy_reminders"),
    path("verschillen/herinneringen/<slug:slug>/sturen/", reminder_pages.send, name="discrepancy_reminder_send"),
    path("verschillen/signalen/", signal_pages.signals, name="signals"),
    path("verschillen/signalen/bekeken/", signal_pages.look, name="signal_look"),
]
