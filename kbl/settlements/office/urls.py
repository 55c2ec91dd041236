"""The office's pages about money."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from kbl.settlements.office import budget, closings, costs, fund, retries, self_billing, statements
from kbl.settlements.office.quarters import QuarterConverter


class TableConverter(StringConverter):
    """The two forms in which a table is handed over."""

    regex = "csv|xlsx"


register_converter(QuarterConverter, "quarter")
register_converter(TableConverter, "table")

urlpatterns = [
    path("kwartalen/", closings.closings, name="closings"),
    path("kwartalen/<quarter:quarter>/", closings.closing, name="closing"),
    path("kwartalen/<quarter:quarter>/sluiten/", closings.close, name="close"),
    path("kwartalen/<quarter:quarter>/voortgang/", closings.closing_progress, name="closing_progress"),
    path("kwartalen/<quarter:quarter>/goedkeuren/", closings.approve_all, name="approve_all"),
    path("kwartalen/<quarter:quarter>/document/<int:pk>/opnieuw/", retries.document_again, name="document_again"),
    path("kwartalen/<quarter:quarter>/rapportage/opnieuw/", retries.report_again, name="report_again"),
    path("kwartalen/<quarter:quarter>/bericht/<int:pk>/opnieuw/", retries.notice_again, name="notice_again"),
    path("kwartalen/<quarter:quarter>/herinnering/<int:pk>/opnieuw/", retries.reminder_again, name="reminder_again"),
    path("kwartalen/afrekeningen/<int:pk>/", statements.statement, name="statement"),
    path("kwartalen/afrekeningen/<int:pk>/akkoord/", statements.confirm, name="statement_confirm"),
    path("kwartalen/afrekeningen/<int:pk>/nummer/", statements.number, name="statement_number"),
    path("kwartalen/afrekeningen/<int:pk>/goedkeuren/", statements.approve, name="statement_approve"),
    path("kwartalen/afrekeningen/<int:pk>/regels/<int:line_pk>/corrigeren/", statements.correct, name="line_correct"),
    path("organisaties/<slug:slug>/facturen/", self_billing.invoicing, name="invoicing"),
    path("organisaties/<slug:slug>/facturen/afspreken/", self_billing.agree, name="self_billing_agree"),
    path("organisaties/<slug:slug>/facturen/beeindigen/", self_billing.end, name="self_billing_end"),
    path("organisaties/<slug:slug>/facturen/nummers/", self_billing.own_numbers, name="own_numbers"),
    path("documenten/<int:pk>/", statements.document, name="document"),
    path("kwartalen/afrekeningen/<int:pk>/opgave/", statements.overview, name="statement_overview"),
    path("kwartalen/afrekeningen/<int:pk>/e-factuur/", statements.einvoice, name="statement_einvoice"),
    path("fonds/", fund.fund, name="fund"),
    path("fonds/termijnen/<int:pk>/ontvangen/", fund.receive, name="fund_receive"),
    path("fonds/termijnen/nieuw/", fund.instalment, name="fund_instalment"),
    path("fonds/kosten/", costs.costs, name="fund_costs"),
    path("fonds/kosten/boeken/", costs.book, name="fund_cost"),
    path("fonds/kosten/<int:pk>/terugboeken/", costs.take_back, name="fund_cost_back"),
    path("fonds/bewijsstukken/<int:pk>/", costs.document, name="fund_evidence"),
    path("fonds/begroting/", budget.budget, name="fund_budget"),
    path("fonds/begroting/begroting.<table:form>", budget.export, name="fund_budget_file"),
    path("fonds/boekingen/<int:pk>/terugboeken/", fund.reverse, name="fund_reverse"),
]
