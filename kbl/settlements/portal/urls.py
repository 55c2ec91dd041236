"""A party's own statements; the same pages in the intermediaries' portal and in the libraries'."""

from collections.abc import Callable
from functools import partial, wraps

from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Right
from kbl.settlements.portal import self_billing, views
from kbl.settlements.portal.views import INTERMEDIARY, LIBRARY, PartyPages

DESK = "De facturen ziet alleen de beheerder van uw bibliotheek. Vraag het hem of haar."


def urls_of(pages: PartyPages, *, because: str = "") -> list:
    """The addresses in one portal; every view says itself who may come in."""

    def page(view: Callable, method: Callable) -> Callable:
        return method(
            requires_audience(pages.audience, Right.MANAGE, because=because)(wraps(view)(partial(view, pages=pages)))
        )

    shared = [
        path("afrekeningen/", page(views.list_statements, require_safe), name="statements"),
        path("afrekeningen/<int:pk>/", page(views.show, require_safe), name="statement"),
        path("afrekeningen/<int:pk>/akkoord/", page(views.confirm, require_POST), name="statement_confirm"),
        path("afrekeningen/<int:pk>/vraag/", page(views.dispute, require_POST), name="statement_dispute"),
        path("afrekeningen/<int:pk>/document/", page(views.document, require_safe), name="statement_document"),
        path("afrekeningen/<int:pk>/e-factuur/", page(views.einvoice, require_safe), name="statement_einvoice"),
    ]
    if pages is not LIBRARY:
        return shared
    number = page(views.give_number, require_POST)
    return [*shared, path("afrekeningen/<int:pk>/nummer/", number, name="statement_number")]


intermediary = urls_of(INTERMEDIARY)
library = [
    *urls_of(LIBRARY, because=DESK),
    path("afrekeningen/afspraak/", self_billing.agreement, name="self_billing"),
    path("afrekeningen/afspraak/maken/", self_billing.agree, name="self_billing_agree"),
    path("afrekeningen/afspraak/beeindigen/", self_billing.end, name="self_billing_end"),
]
