"""The office's pages about the bank's statements."""

from django.urls import path

from kbl.payments.office import bank, refunds

urlpatterns = [
    path("bank/", bank.bank, name="bank"),
    path("bank/inlezen/", bank.upload, name="bank_import"),
    path("bank/inlezen/bevestigen/", bank.confirm, name="bank_confirm"),
    path("bank/te-doen/", bank.todo, name="bank_todo"),
    path("bank/boeking/<int:pk>/afrekening/", refunds.refund, name="bank_refund"),
    path("bank/terugbetaling/<int:pk>/ongedaan/", refunds.undo, name="bank_refund_undo"),
    path("bank/<int:pk>/", bank.file, name="bank_file"),
]
