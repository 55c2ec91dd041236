"""Making a batch for an order as work in the background: all of it is made and sent, or nothing is."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from intermediaries.accreditation import NotAccredited
from intermediaries.orders import sources
from intermediaries.orders.models import Order
from intermediaries.orders.orders import OrderRefused
from intermediaries.orders.sentences import about_order
from intermediaries.sentences import about_accreditation
from kbl.clock import local_day
from kbl.formats import plural, voucher_count
from kbl.jobs.models import Job
from kbl.jobs.work import Progress, Refused, ask, work
from vouchers import batches
from vouchers.batches import BatchRefused
from vouchers.sentences import about_batch

KIND = "order_batch"
NOT_ACCREDITED = "not_accredited"
STATES = Job.State


def ask_for_order(order: Order, *, count: int, valid_until: date, seen: int, by, at: datetime, key: UUID | str) -> Job:
    """Ask for a new batch for an order of which `seen` was asked; the same key gives the same job.

    What can be refused at once is: raises BatchRefused, NotAccredited, OrderRefused. Raises AlreadyAsked.
    """
    if not Job.objects.filter(key=key).exists():
        on = local_day(at)
        batches.assert_makeable(count, valid_until=valid_until, on=on)
        sources.assert_answerable(order, seen=seen, on=on)
    arguments = {"order": order.pk, "count": count, "valid_until": valid_until.isoformat(), "seen": seen}
    return ask(KIND, arguments, by=by, at=at, key=key, total=count)


def under_way(order: Order) -> QuerySet[Job]:
    """The jobs that are making a batch for an order right now."""
    return Job.objects.filter(kind=KIND, arguments__order=order.pk, state__in=[STATES.WAITING, STATES.RUNNING])


def _order(job: Job) -> Order:
    return Order.objects.select_related("organisation").get(pk=job.arguments["order"])


def _title(job: Job) -> str:
    order = _order(job)
    return f"{voucher_count(job.arguments['count'])} maken voor {order.number} van {order.organisation}"


def _done(job: Job) -> str:
    count = job.arguments["count"]
    return f"Er {plural(count, 'is', 'zijn')} {voucher_count(count)} gemaakt en verstuurd."


def _refusal(job: Job) -> str:
    order = _order(job)
    if job.refusal == NOT_ACCREDITED:
        return about_accreditation(NotAccredited(order.organisation, local_day(job.asked_at)))
    if job.refusal in (OrderRefused.Reason.MOVED_ON, OrderRefused.Reason.CHANGED):
        return about_order(OrderRefused(OrderRefused.Reason(job.refusal), order), cubiss=True)
    return about_batch(BatchRefused(BatchRefused.Reason(job.refusal)))


def _page(job: Job) -> str:
    return reverse("cubiss:order", args=[job.arguments["order"]])


@work(
    KIND,
    title=_title,
    done=_done,
    refusal=_refusal,
    result_url=_page,
    result_label="Naar de bestelling",
    form_url=_page,
)
def make_for_order_job(job: Job, progress: Progress) -> int:
    """The batch of one order, made and sent; gives the batch's id."""
    arguments = job.arguments
    try:
        batch = sources.make_for_order(
            _order(job),
            count=arguments["count"],
            valid_until=date.fromisoformat(arguments["valid_until"]),
            seen=arguments["seen"],
            by=job.asked_by,
            at=job.asked_at,
            progress=progress,
        )
    except NotAccredited as refused:
        raise Refused(NOT_ACCREDITED) from refused
    except (BatchRefused, OrderRefused) as refused:
        raise Refused(refused.reason) from refused
    return batch.pk
