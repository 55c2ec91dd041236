"""The packing list (pakbon): what is in the parcel, by ranges of serials, for whoever packs and whoever unpacks it."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from intermediaries.orders import orders
from intermediaries.orders.models import Order
from intermediaries.orders.sentences import ON_PAPER
from kbl import pdf
from kbl.clock import local_day
from kbl.organisations.cubiss import cubiss
from kbl.organisations.models import Programme


def filename(order: Order) -> str:
    """`pakbon-B-2026-0012.pdf`."""
    return f"pakbon-{order.number}.pdf"


def sent_at(order: Order) -> datetime:
    """The moment at which an order was sent."""
    return order.steps.get(status=Order.Status.SHIPPED).at


def packing_list(order: Order) -> bytes:
    """The PDF of an order that was sent: the same bytes every time, as long as the address is the same."""
    ranges = orders.sent(order)
    moment = sent_at(order)
    context = {
        "order": order,
        "programme": Programme.current(),
        "sender": cubiss(),
        "medium_words": ON_PAPER[order.medium],
        "sent_on": local_day(moment),
        "ranges": ranges,
        "total": sum(map(len, ranges)),
    }
    return pdf.render("documents/packing_list.html", context, made_at=moment, identifier=filename(order))


def download(order: Order) -> HttpResponse:
    """The packing list as a file."""
    return HttpResponse(
        packing_list(order),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(False, filename(order))},
    )
