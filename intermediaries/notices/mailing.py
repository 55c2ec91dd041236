"""Mail to an intermediary: its order was answered, or its stock runs low. Once each, and without a voucher number."""

from datetime import datetime
from functools import partial

from django.core.mail import EmailMessage

from intermediaries.notices.models import StockMail
from intermediaries.orders.models import Order, OrderStep
from kbl.mail import sending
from kbl.organisations.models import Organisation

State = StockMail.State


def announce(step: OrderStep) -> None:
    """Somebody's order was answered: the mail is put ready, in the transaction of the answer."""
    prepare(step.order.organisation, step=step)


def prepare(organisation: Organisation, **about) -> None:
    """The row of a mail that has to go. Without an address it starts as failed, so that Cubiss sees it."""
    recipient = address_of(organisation)
    StockMail.objects.create(recipient=recipient, state=State.WAITING if recipient else State.FAILED, **about)


def address_of(organisation: Organisation) -> str:
    """Where an office gets its mail: its own address, else that of the organisation it belongs to; may be empty."""
    return organisation.email or (organisation.parent.email if organisation.parent else "")


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and has waited long enough. May run as often and as many times as it likes."""
    mails = StockMail.objects.exclude(state=State.SENT).select_related(
        "step__order__organisation__parent", "low_stock__organisation__parent"
    )
    sending.free_stale(StockMail.objects.all(), at=at)
    sending.find_addresses(mails, lambda each: address_of(each.organisation))
    for each in sending.unsent(mails, at=at):
        sending.send(each, partial(_letter, each), at=at)


def _letter(each: StockMail) -> EmailMessage:
    organisation = each.organisation
    if each.low_stock:
        subject = "Uw vouchers raken op"
        template, name = "mail/low_stock.txt", f"low-stock-{each.low_stock.pk}"
        context = {"low_stock": each.low_stock, "link": sending.link("intermediary:orders")}
    else:
        step = each.step
        assert step
        shipped = step.status == Order.Status.SHIPPED
        subject = f"Uw bestelling {step.order.number} " + ("is onderweg" if shipped else "gaat niet door")
        template = f"mail/order_{step.status}.txt"
        name = f"order-{step.order.number}"
        context = {"order": step.order, "step": step, "link": sending.link("intermediary:order", step.order.pk)}
    return sending.letter([each.recipient], subject, template, {"organisation": organisation, **context}, name=name)
