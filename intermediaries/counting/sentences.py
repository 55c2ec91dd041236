"""What people read when numbers cannot be told as missing or extra, or a difference cannot be settled as asked."""

from intermediaries.counting import differences
from intermediaries.counting.differences import SettlementRefused
from intermediaries.sentences import Advice
from vouchers.custody.eligibility import Obstacle
from vouchers.models import Voucher
from vouchers.sentences import about_obstacle

COUNTS = {
    differences.Refusal.NOT_LISTED: Advice(
        "Staat niet op deze pakbon", "Kijk of het nummer klopt. Mist u het in uw la? Meld het dan bij Tellen."
    ),
    differences.Refusal.NOT_OURS: Advice("Niet uit uw voorraad", "Kijk of het nummer klopt."),
    differences.Refusal.VOID: Advice("Ongeldig gemaakt", "U hoeft niets te doen."),
    differences.Refusal.REPORTED: Advice("Al gemeld", "U hoeft niets te doen. Cubiss zoekt het uit."),
    differences.Refusal.OURS: Advice("Staat al bij u", "Dit nummer hoort bij u. U hoeft niets te doen."),
}


def about_count(refusal: differences.Refusal) -> Advice:
    """Why numbers cannot be told as missing or extra."""
    if refusal.reason == differences.Refusal.USED:
        if refusal.status == Voucher.Status.HANDED_OUT:
            return Advice("Al uitgereikt", "U meldde deze als uitgereikt. Klopt dat niet? Kijk bij Uitgereikt.")
        return Advice("Niet kwijt", "Deze is in de bibliotheek gebruikt. U hoeft niets te doen.")
    return COUNTS[refusal.reason]


def about_settling(obstacle: Obstacle, *, holder: str) -> str:
    """Why numbers of a difference cannot end like this."""
    if obstacle.reason == differences.OUTSIDE:
        return "Deze nummers horen niet bij dit verschil, of zijn al afgehandeld."
    if obstacle.reason == differences.OURS:
        return "Deze nummers staan al op naam van deze intermediair. Kies vergissing."
    return about_obstacle(obstacle, holder=holder)


def about_settlement(refused: SettlementRefused) -> str:
    """A difference that cannot be settled like this."""
    return {
        SettlementRefused.OVERTAKEN: "Een collega was u voor. Er is niets dubbel gegaan: kijk wat er nog open staat.",
        SettlementRefused.NOTHING: "Kies minstens één nummer.",
        SettlementRefused.NUMBERS: "Een deel van deze nummers kan zo niet. Kijk hieronder waarom.",
    }[refused.reason]
