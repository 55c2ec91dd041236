"""The office's pages about paying."""

from django.urls import path

from kbl.payments.office import accounts, runs

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
    path("organisaties/<slug:slug>/rekening/", accounts.account, name="account"),
]
