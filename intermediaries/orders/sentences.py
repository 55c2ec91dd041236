"""What people read when an order, a count or a settlement cannot go as asked: what is wrong, and what to do."""

from django.utils.formats import date_format

from intermediaries.accreditation import NotAccredited
from intermediaries.orders.models import Order
from intermediaries.orders.orders import OrderRefused
from kbl.clock import local_day
from kbl.formats import number, voucher_count
from vouchers.models import Batch
from vouchers.numbers import LARGEST_RANGE

Status = Order.Status
ON_PAPER = {Batch.Medium.PAPER.value: "op papier", Batch.Medium.DIGITAL.value: "digitaal"}


def about_order(refused: OrderRefused, *, cubiss: bool = False) -> str:
    """An order that cannot be made, changed or answered."""
    order = refused.order
    match refused.reason:
        case OrderRefused.ALREADY_OPEN if order:
            when = date_format(local_day(order.ordered_at), "j F")
            return (
                f"U bestelde op {when} al {voucher_count(order.count)} {ON_PAPER[order.medium]} ({order.number}). "
                "Cubiss kijkt daar nog naar. U kunt die bestelling aanpassen."
            )
        case OrderRefused.COUNT:
            return f"Bestel minstens 1 en hooguit {number(LARGEST_RANGE)} vouchers."
        case OrderRefused.MOVED_ON if order:
            return _moved_on(order, cubiss)
        case OrderRefused.CHANGED if order:
            who = "De intermediair" if cubiss else "Een collega"
            return f"{who} veranderde het aantal in {voucher_count(order.count)}. Er is niets gebeurd: kijk nog eens."
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
