"""What people read when numbers cannot be told as missing or extra, or a difference cannot be settled as asked."""

from typing import assert_never

from intermediaries.counting.differences import CountRefusal
from intermediaries.counting.settling import SettlementRefused
from kbl.eligibility import Advice
from vouchers.models import Voucher

COUNTS: dict[CountRefusal.Reason, Advice] = {
    CountRefusal.Reason.NOT_LISTED: Advice(
        "Staat niet op deze pakbon", "Kijk of het nummer klopt. Mist u het in uw la? Meld het dan bij Tellen."
    ),
    CountRefusal.Reason.NOT_OURS: Advice("Niet uit uw voorraad", "Kijk of het nummer klopt."),
    CountRefusal.Reason.VOID: Advice("Ongeldig gemaakt", "U hoeft niets te doen."),
    CountRefusal.Reason.REPORTED: Advice("Al gemeld", "U hoeft niets te doen. Cubiss zoekt het uit."),
    CountRefusal.Reason.OURS: Advice("Staat al bij u", "Dit nummer hoort bij u. U hoeft niets te doen."),
}


def about_count(refusal: CountRefusal) -> Advice:
    """Why numbers cannot be told as missing or extra."""
    if refusal.reason is CountRefusal.Reason.USED:
        if refusal.status == Voucher.Status.HANDED_OUT:
            return Advice("Al uitgereikt", "U meldde deze als uitgereikt. Klopt dat niet? Kijk bij Uitgereikt.")
        return Advice("Niet kwijt", "Deze is in de bibliotheek gebruikt. U hoeft niets te doen.")
    return COUNTS[refusal.reason]


def about_settlement(refused: SettlementRefused) -> str:
    """A difference that cannot be settled like this."""
    match refused.reason:
        case SettlementRefused.Reason.OVERTAKEN:
            return "Een collega was u voor. Er is niets dubbel gegaan: kijk wat er nog open staat."
        case SettlementRefused.Reason.NOTHING:
            return "Kies minstens één nummer."
        case SettlementRefused.Reason.NUMBERS:
            return "Een deel van deze nummers kan zo niet. Kijk hieronder waarom."
        case _:
            assert_never(refused.reason)
