"""What the desk reads when a walk-in cannot be helped from its own stock."""

from typing import assert_never

from intermediaries.accreditation import NotAccredited
from kbl.eligibility import Advice
from kbl.formats import day
from kbl.walk_in.walk_in import DeskStockEmpty


def about_walk_in(refused: DeskStockEmpty | NotAccredited) -> Advice:
    """Why there is no voucher from the own stock, and what to do now."""
    match refused:
        case NotAccredited(on=on):
            return Advice(
                "Uw balie mocht op die dag geen vouchers uitgeven",
                f"Op {day(on)} was uw accreditatie niet geldig. Kies een andere dag, of bel Cubiss.",
            )
        case DeskStockEmpty():
            return Advice(
                "Uw eigen voorraad is op",
                "Bel Cubiss, dan komen er nieuwe. Schrijf uw bezoeker alvast in; wisselen kan daarna nog.",
            )
        case _:
            assert_never(refused)
