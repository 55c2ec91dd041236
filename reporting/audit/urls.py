"""The section "Controle" of Cubiss' office. Everything is for looking; two buttons ask for work that only reads."""

from django.urls import path

from reporting.audit import figure_views, integrity_views, trail_views

urlpatterns = [
    path("controle/", integrity_views.audit, name="audit"),
    path("controle/boeken/", integrity_views.books, name="audit_books"),
    path("controle/boeken/nakijken/", integrity_views.check_books, name="audit_check_books"),
    path("controle/kwartalen/<quarter:quarter>/", integrity_views.quarter, name="audit_quarter"),
    path("controle/kwartalen/<quarter:quarter>/dossier/", integrity_views.pack_quarter, name="audit_pack_quarter"),
    path("controle/feiten/", figure_views.facts, name="audit_facts"),
    path("controle/feiten/bestand/<slug:kind>/", figure_views.facts_download, name="audit_facts_file"),
    path("controle/bestand/", figure_views.make_file, name="audit_make_file"),
    path("controle/fonds/", figure_views.fund, name="audit_fund"),
    path("controle/fonds/<slug:what>/", figure_views.amount, name="audit_money"),
    path("controle/fonds/<slug:what>/bestand/<slug:kind>/", figure_views.amount_file, name="audit_money_file"),
    path("controle/regels/<int:pk>/", trail_views.line, name="audit_line"),
    path("controle/afrekeningen/<int:pk>/", trail_views.statement, name="audit_statement"),
    path("controle/vouchers/<int:serial>/", trail_views.voucher, name="audit_voucher"),
    path("controle/boekingen/<int:pk>/", trail_views.entry, name="audit_entry"),
    path("controle/betalingen/<int:pk>/", trail_views.payment, name="audit_payment"),
    path("controle/bankboekingen/<int:pk>/", trail_views.bank_entry, name="audit_bank_entry"),
]
