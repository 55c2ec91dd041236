"""The office's pages about money."""

from django.urls import path, register_converter

from kbl.settlements.office import closings, fund, statements
from kbl.settlements.office.quarters import QuarterConverter

register_converter(QuarterConverter, "quarter")

urlpatterns = [
    path("kwartalen/", closings.closings, name="closings"),
    path("kwartalen/<quarter:quarter>/", closings.closing, name="closing"),
    path("kwartalen/<quarter:quarter>/sluiten/", closings.close, name="close"),
    path("kwartalen/<quarter:quarter>/voortgang/", closings.closing_progress, name="closing_progress"),
    path("kwartalen/<quarter:quarter>/goedkeuren/", closings.approve_all, name="approve_all"),
    path("kwartalen/afrekeningen/<int:pk>/", statements.statement, name="statement"),
    path("kwartalen/afrekeningen/<int:pk>/akkoord/", statements.confirm, name="statement_confirm"),
    path("kwartalen/afrekeningen/<int:pk>/goedkeuren/", statements.approve, name="statement_approve"),
    path("kwartalen/afrekeningen/<int:pk>/regels/<int:line_pk>/corrigeren/", statements.correct, name="line_correct"),
    path("documenten/<int:pk>/", statements.document, name="document"),
    path("fonds/", fund.fund, name="fund"),
    path("fonds/termijnen/<int:pk>/ontvangen/", fund.receive, name="fund_receive"),
    path("fonds/kosten/", fund.cost, name="fund_cost"),
    path("fonds/boekingen/<int:pk>/terugboeken/", fund.reverse, name="fund_reverse"),
]
