"""What Cubiss knows of a party: the same pages in the portals of intermediaries and of libraries."""

from django.urls import path

from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.payments.portal import views

BECAUSE = "De rekening ziet alleen de beheerder van uw bibliotheek. Vraag het hem of haar."


def pages(audience: Audience) -> list:
    """The pages in one portal; every view says itself who may come in."""
    required = requires_audience(audience, Right.OWN_ACCOUNT, because=BECAUSE)
    return [
        path("gegevens/", required(views.particulars), name="particulars"),
        path("gegevens/rekening/<int:pk>/intrekken/", required(views.withdraw), name="account_withdraw"),
    ]


intermediary = pages(Audience.INTERMEDIARY)
library = pages(Audience.LIBRARY)
