"""What became of hand-outs: per intermediary, which part was redeemed once they had their ninety days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q

from intermediaries.models import Handout
from kbl.discrepancies.findings import PATIENCE
from kbl.organisations.models import Organisation
from vouchers.models import Voucher

FEW = 5


@dataclass(frozen=True)
class Conversion:
    """What became of one intermediary's hand-outs that had their 90 days; `low` asks for a conversation."""

    organisation: Organisation
    handed_out: int
    redeemed: int
    low: bool = False

    @property
    def ratio(self) -> Decimal:
        return Decimal(self.redeemed) / self.handed_out


def conversions(on: date) -> list[Conversion]:
    """Per intermediary, lowest first: of the hand-outs of 90 days ago or more, how many were redeemed.

    Low is under half of the programme's own ratio, over at least five hand-outs: worth a talk, no proof of anything.
    """
    ripe = Handout.objects.standing().filter(on__lte=on - PATIENCE).exclude(voucher__status=Voucher.Status.VOID)
    counts = list(
        ripe.order_by()
        .values(organisation_pk=F("organisation"))
        .annotate(handed_out=Count("pk"), redeemed=Count("pk", filter=Q(voucher__status=Voucher.Status.REDEEMED)))
    )
    total = sum(row["handed_out"] for row in counts)
    usual = Decimal(sum(row["redeemed"] for row in counts)) / total if total else Decimal(0)
    known = Organisation.objects.in_bulk([row["organisation_pk"] for row in counts])
    found = [
        Conversion(
            known[row["organisation_pk"]],
            row["handed_out"],
            row["redeemed"],
            low=row["handed_out"] >= FEW and Decimal(row["redeemed"]) / row["handed_out"] < usual / 2,
        )
        for row in counts
    ]
    return sorted(found, key=lambda each: (each.ratio, each.organisation.name))
