"""The office's pages about paying."""

from django.urls import path

from kbl.payments.office import accounts, runs, second_person

urlpatterns = [
    path("betalingen/", runs.payments, name="payments"),
    path("betalingen/klaarzetten/", runs.prepare, name="payments_prepare"),
    path("betalingen/rekeningen/", accounts.account_changes, name="account_changes"),
    path("betalingen/rekeningen/<int:pk>/", accounts.account_decide, name="account_decide"),
    path("betalingen/<int:number>/", runs.payment_run, name="payment_run"),
    path("betalingen/<int:number>/bestand/", runs.payment_file, name="payment_file"),
    path("betalingen/<int:number>/vrijgeven/", runs.release, name="payment_release"),
    path("betalingen/<int:number>/intrekken/", runs.cancel, name="payment_cancel"),
    path("betalingen/<int:number>/uitgevoerd/", runs.executed, name="payment_executed"),
    path("betalingen/<int:number>/niet-uitgevoerd/", runs.not_executed, name="payment_not_executed"),
    path("tweede-persoon/", second_person.pending_changes, name="pending_changes"),
    path("tweede-persoon/<int:pk>/", second_person.pending_change_decide, name="pending_change_decide"),
    path("organisaties/<slug:slug>/rekening/", accounts.account, name="account"),
]
