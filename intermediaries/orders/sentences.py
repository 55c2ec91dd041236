"""What people read when an order, a count or a settlement cannot go as asked: what is wrong, and what to do."""

from typing import assert_never

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
    match refused.reason:
        case OrderRefused.Reason.ALREADY_OPEN:
            order = refused.as_it_stands
            when = date_format(local_day(order.ordered_at), "j F")
            return (
                f"U bestelde op {when} al {voucher_count(order.count)} {ON_PAPER[order.medium]} ({order.number}). "
                "Cubiss kijkt daar nog naar. U kunt die bestelling aanpassen."
            )
        case OrderRefused.Reason.COUNT:
            return f"Bestel minstens 1 en hooguit {number(LARGEST_RANGE)} vouchers."
        case OrderRefused.Reason.MOVED_ON:
            return _moved_on(refused.as_it_stands, cubiss)
        case OrderRefused.Reason.CHANGED:
            who = "De intermediair" if cubiss else "Een collega"
            count = voucher_count(refused.as_it_stands.count)
            return f"{who} veranderde het aantal in {count}. Er is niets gebeurd: kijk nog eens."
        case OrderRefused.Reason.NOT_SENT:
            return "Deze bestelling is nog niet verstuurd. Bevestigen kan zodra zij onderweg is."
        case OrderRefused.Reason.NOTHING:
            return "Kies minstens één nummer om te sturen."
        case OrderRefused.Reason.OTHER_MEDIUM:
            order = refused.as_it_stands
            other = next(words for medium, words in ON_PAPER.items() if medium != order.medium)
            return f"Deze nummers zijn {other}; de bestelling is {ON_PAPER[order.medium]}. Kies andere nummers."
        case _:
            assert_never(refused.reason)


def _moved_on(order: Order, cubiss: bool) -> str:
    """The order was answered already, by somebody else."""
    status = Status(order.status)
    match status:
        case Status.ORDERED:
            return "Deze bestelling staat weer open. Kijk nog eens."
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
        case Status.RECEIVED | Status.DIFFERENT:
            return "Deze bestelling is al ontvangen. Klopt er toch iets niet? Meld het dan bij Tellen."
        case _:
            assert_never(status)


def about_no_accreditation(refused: NotAccredited) -> str:
    """What an intermediary reads that may not order now."""
    return (
        "Uw accreditatie is nu niet geldig. Daarom kunt u geen nieuwe vouchers bestellen. "
        "De vouchers die u hebt, werken gewoon. Bel of mail Cubiss, dan helpen wij u verder."
    )
