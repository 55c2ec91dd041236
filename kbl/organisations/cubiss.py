"""Cubiss, which runs the programme: it sends the vouchers, pays, and is the other party on every statement."""

from django.db.models import QuerySet

from kbl.organisations.models import Organisation

CUBISS = "cubiss"  # its slug, as the loading of a programme file gives it


def cubiss() -> Organisation | None:
    """Cubiss' own row with its legal data and account; None while no programme file was loaded."""
    return only_cubiss().first()


def only_cubiss() -> QuerySet[Organisation]:
    """The same as a query, for who needs one column or a lock."""
    return Organisation.objects.filter(slug=CUBISS)
