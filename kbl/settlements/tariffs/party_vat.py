"""One party, one answer about its VAT: what an organisation is as a library, it is on every other paper too.

Whether somebody is an entrepreneur belongs to the organisation, not to what it sends. So where a library hands out
vouchers as well, its memberships decide: outside VAT there is outside VAT here, and an entrepreneur there is none
without being one here. A closing applies this to every line at once (closing/unbilled_items.py).
"""

from datetime import date

from kbl.settlements.models import PartyVat, Tariff, VatTreatment
from libraries.models import Participation

OUTSIDE = VatTreatment.OUTSIDE


def as_library(organisation_id: int, on: date) -> str | None:
    """How VAT applies to an organisation's memberships on a day; None for who is no library, or without a tariff."""
    if not Participation.objects.filter(library=organisation_id).exists():
        return None
    own = PartyVat.objects.filter(organisation=organisation_id, kind=Tariff.Kind.MEMBERSHIP, first_day__lte=on)
    usual = Tariff.objects.filter(kind=Tariff.Kind.MEMBERSHIP, first_day__lte=on)
    found = own.order_by("first_day").last() or usual.order_by("first_day").last()
    return found.vat if found else None


def contradicts(treatment: PartyVat) -> bool:
    """It would make a library an entrepreneur on one paper and none on another: it would decide nothing."""
    if treatment.kind == Tariff.Kind.MEMBERSHIP:
        return False
    known = as_library(treatment.organisation_id, treatment.first_day)
    return known is not None and (known == OUTSIDE) != (treatment.vat == OUTSIDE)
