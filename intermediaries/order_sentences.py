"""What people read when an order, a count or a settlement cannot go as asked: what is wrong, and what to do."""

from django.utils.formats import date_format, number_format

from intermediaries import differences
from intermediaries.accreditation import NotAccredited
from intermediaries.differences import SettlementRefused
from intermediaries.levels import Supply
from intermediaries.order_models import Order
from intermediaries.orders import OrderRefused
from intermediaries.sentences import Advice
from kbl.clock import local_day
from vouchers.models import Batch, Voucher
from vouchers.numbers import LARGEST_RANGE
from vouchers.preview import Obstacle
from vouchers.sentences import about_obstacle

Status = Order.Status
ON_PAPER = {Batch.Medium.PAPER.value: "op papier", Batch.Medium.DIGITAL.value: "digitaal"}


def many(count: int) -> str:
    """`1 voucher`, `12.500 vouchers`."""
    return "1 voucher" if count == 1 else f"{number_format(count, force_grouping=True)} vouchers"


def weeks(count: int) -> str:
    """`1 week`, `5 weken`."""
    return "1 week" if count == 1 else f"{count} weken"


def about_supply(found: Supply) -> str:
    """What somebody has of a medium, and how long that lasts, in one or two sentences."""
    has = f"U hebt nog {many(found.left)}." if found.left else "U hebt er geen."
    if not found.used:
        return f"{has} De laatste 13 weken gingen er geen uit."
    gone = f"De laatste 13 weken {'ging er 1' if found.used == 1 else f'gingen er {found.used}'} uit."
    if not found.left:
        return f"{has} {gone}"
    if found.empty_on is None:
        return f"{has} {gone} Daar kunt u meer dan twee jaar mee vooruit."
    if not found.weeks:
        return f"{has} {gone} Dat is deze week op."
    return f"{has} {gone} Dat is genoeg voor {weeks(found.weeks)}: op rond {date_format(found.empty_on, 'j F Y')}."


def about_order(refused: OrderRefused, *, cubiss: bool = False) -> str:
    """An order that cannot be made, changed or answered."""
    order = refused.order
    match refused.reason:
        case OrderRefused.ALREADY_OPEN if order:
            when = date_format(local_day(order.ordered_at), "j F")
            return (
                f"U bestelde op {when} al {many(order.count)} {ON_PAPER[order.medium]} ({order.number}). "
                "Cubiss kijkt daar nog naar. U kunt die bestelling aanpassen."
            )
        case OrderRefused.COUNT:
            return f"Bestel minstens 1 en hooguit {number_format(LARGEST_RANGE, force_grouping=True)} vouchers."
        case OrderRefused.MOVED_ON if order:
            return _moved_on(order, cubiss)
        case OrderRefused.CHANGED if order:
            who = "De intermediair" if cubiss else "Een collega"
            return f"{who} veranderde het aantal in {many(order.count)}. Er is niets gebeurd: kijk nog eens."
        case OrderRefused.NOT_SENT:
            return "Deze bestelling is nog niet verstuurd. Bevestigen kan zodra zij onderweg is."
        case OrderRefused.NOTHING:
            return "Kies minstens één nummer om te sturen."
        case OrderRefused.OTHER_MEDIUM if order:
            other = next(words for medium, words in ON_PAPER.items() if medium != order.medium)
            return f"Deze nummers zijn {other}; de bestelling is {ON_PAPER[order.medium]}. Kies andere nummers."
    return "Dat kan nu niet. Kijk nog eens en probeer het opnieuw."


def _moved_on(order: Order, cubiss: bool) -> str:
    """The order was answered already, by somebody else."""
    match order.status:
        case Status.CANCELLED:
            return "Deze bestelling is ingetrokken. Er hoeft niets meer te gebeuren."
        case Status.DECLINED:
            return "Deze bestelling is al afgewezen." + ("" if cubiss else " U kunt een nieuwe maken.")
        case Status.SHIPPED:
            return "Deze bestelling is al verstuurd." + (
                " Een collega was u voor; er is niets dubbel gegaan."
                if cubiss
                else " U kunt haar niet meer veranderen."
            )
    return "Deze bestelling is al ontvangen. Klopt er toch iets niet? Meld het dan bij Tellen."


def about_gate(refused: NotAccredited) -> str:
    """What an intermediary reads that may not order now."""
    return (
        "Uw accreditatie is nu niet geldig. Daarom kunt u geen nieuwe vouchers bestellen. "
        "De vouchers die u hebt, werken gewoon. Bel of mail Cubiss, dan helpen wij u verder."
    )


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
