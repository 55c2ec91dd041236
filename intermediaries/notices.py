"""Mail to an intermediary: its order was answered, or its stock runs low. Once each, and without a voucher number.

A dip is a row: it starts when the stock of a medium falls below its level and is over when it is back. In between
nothing more is said, and nothing is said at all while an order waits with Cubiss.
"""

from datetime import date, datetime
from functools import partial

from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from intermediaries.levels import Supply, supplies
from intermediaries.models import Accreditation
from intermediaries.order_models import Dip, Order, OrderStep, StockMail
from kbl import mail
from kbl.clock import local_day
from kbl.organisations.models import Organisation

State = StockMail.State


def announce(step: OrderStep) -> None:
    """Somebody's order was answered: the mail is put ready, in the transaction of the answer."""
    _prepare(step.order.organisation, step=step)


def watch(*, at: datetime) -> None:
    """Every day: see whose stock of what fell below its level, and whose is back. Twice a day changes nothing."""
    on = local_day(at)
    accredited = Organisation.objects.filter(pk__in=Accreditation.objects.valid(on).values("organisation"))
    ordered = set(Order.objects.filter(status=Order.Status.ORDERED).values_list("organisation", "medium"))
    dips = {(dip.organisation_id, dip.medium): dip for dip in Dip.objects.filter(over_on=None)}
    may_hear = set(accredited.values_list("pk", flat=True))
    known = Organisation.objects.in_bulk(may_hear | {pk for pk, _ in dips})
    for pk, found in supplies(known.values(), on).items():
        for each in found:
            dip = dips.get((pk, each.medium))
            if dip and not each.is_low:
                Dip.objects.filter(pk=dip.pk, over_on=None).update(over_on=on)
            elif not dip and each.is_low and pk in may_hear and (pk, each.medium) not in ordered:
                _start(known[pk], each, on)


def _start(organisation: Organisation, found: Supply, on: date) -> None:
    """A dip starts, with its mail; the database keeps one at a time, so of two workers one starts it."""
    try:
        with transaction.atomic():
            dip = Dip.objects.create(
                organisation=organisation,
                medium=found.medium,
                minimum=found.level.minimum,
                left=found.left,
                on=on,
            )
            _prepare(organisation, dip=dip)
    except IntegrityError:
        return


def _prepare(organisation: Organisation, **about) -> None:
    """The row of a mail that has to go. Without an address it starts as failed, so that Cubiss sees it."""
    recipient = address_of(organisation)
    StockMail.objects.create(recipient=recipient, state=State.WAITING if recipient else State.FAILED, **about)


def address_of(organisation: Organisation) -> str:
    """Where an office gets its mail: its own address, else that of the organisation it belongs to; may be empty."""
    return organisation.email or (organisation.parent.email if organisation.parent else "")


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and has waited long enough. May run as often and as many times as it likes."""
    mails = StockMail.objects.exclude(state=State.SENT).select_related(
        "step__order__organisation__parent", "dip__organisation__parent"
    )
    mail.free_stale(StockMail.objects.all(), at=at)
    mail.find_addresses(mails, lambda each: address_of(each.organisation))
    for each in mail.unsent(mails, at=at):
        mail.send(each, partial(_letter, each), at=at)


def _letter(each: StockMail) -> EmailMessage:
    organisation = each.organisation
    if each.dip:
        subject = "Uw vouchers raken op"
        template, name = "mail/low_stock.txt", f"low-stock-{each.dip.pk}"
        context = {"dip": each.dip, "link": mail.link("intermediary:orders")}
    else:
        step = each.step
        assert step
        shipped = step.status == Order.Status.SHIPPED
        subject = f"Uw bestelling {step.order.number} " + ("is onderweg" if shipped else "gaat niet door")
        template = f"mail/order_{step.status}.txt"
        name = f"order-{step.order.number}"
        context = {"order": step.order, "step": step, "link": mail.link("intermediary:order", step.order.pk)}
    return mail.letter([each.recipient], subject, template, {"organisation": organisation, **context}, name=name)
