"""Quarters that can be closed: Cubiss itself as the party that pays, and a quarter with something for everybody."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from celery import current_app, shared_task
from django.core.mail import EmailMessage
from django.test import Client

from intermediaries import accreditation
from intermediaries.handouts import handout
from kbl.accounts.models import User
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing import after_closing, closing
from kbl.settlements.documents import issuing, statement_pdf
from kbl.settlements.models import Closing, Statement
from kbl.settlements.statements import notices
from libraries import enrolment
from libraries.models import Enrolment
from tests.conftest import at, branch_of
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

Q4 = Quarter(2025, 4)
Q1 = Quarter(2026, 1)
PRESSED = at(date(2026, 1, 12))


@pytest.fixture
def cubiss(programme) -> Organisation:
    """The party on the other side of every statement."""
    return Organisation.objects.create(
        name="Cubiss",
        slug="cubiss",
        kvk="11223344",
        vat_id="NL001234567B01",
        iban="NL91ABNA0417164300",
        street="Spoorlaan 1",
        postcode="5017 JS",
        city="Tilburg",
        email="administratie@voorbeeld.example",
        buyer_reference="KBL-LIMBURG",
    )


@pytest.fixture
def give(coordinator) -> Callable[..., SerialRange]:
    """Vouchers from the stock of an intermediary to residents, on a day and heard of at a moment."""

    def hand_out(to: Organisation, by: User, count: int, on: date, heard: date | None = None) -> SerialRange:
        batch = make_batch(
            count, medium="paper", valid_until=date(2027, 12, 31), on=date(2025, 8, 20), by=coordinator, at=at(on)
        )
        serials = SerialRange(batch.first_serial, batch.last_serial)
        accreditation.allocate(serials, to=to, on=date(2025, 9, 1), by=coordinator, at=at(on))
        handout.hand_out(to, [serials], on=on, by=by, at=at(heard or on))
        return serials

    return hand_out


@pytest.fixture
def take(clerk) -> Callable[..., None]:
    """Those vouchers become memberships at a library, one a day from a day on."""

    def redeem(at_library: Organisation, serials: SerialRange, on: date, heard: date | None = None, spread: int = 1):
        for step, serial in enumerate(range(serials.first, serials.last + 1)):
            day = on + timedelta(days=step // spread)
            voucher = Voucher.objects.get(pk=serial)
            enrolment.redeem(
                voucher.number, branch=branch_of(at_library), kind="new", on=day, by=clerk, at=at(heard or day)
            )

    return redeem


@pytest.fixture
def earlier_quarters_closed(cubiss, coordinator) -> None:
    """The quarters before the first vouchers."""
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2026, 1, 11)))


@pytest.fixture
def busy_quarter(food_bank, worker, venlo, landgraaf, give, take, earlier_quarters_closed) -> Quarter:
    """The last quarter of 2025: the food bank handed out five, Venlo enrolled three; Landgraaf had nothing."""
    serials = give(food_bank, worker, 5, date(2025, 10, 2))
    take(venlo, SerialRange(serials.first, serials.first + 2), date(2025, 10, 3))
    return Q4


@pytest.fixture
def closed(busy_quarter, coordinator) -> Closing:
    """That quarter, closed, with nothing made yet."""
    return closing.close(busy_quarter, by=coordinator, at=PRESSED)


@shared_task(name="tests.make_report")
def make_report(closing_id: int) -> None:
    """A stand-in for the province's report, which has tests of its own."""
    closed = Closing.objects.get(pk=closing_id)
    issuing.issue(
        "report", closing=closed, filename=f"rapport-{closed.quarter}.pdf", make=lambda: b"rapport", at=PRESSED
    )


@pytest.fixture
def quick(monkeypatch) -> None:
    """Papers that take no time to make: their figures, without the look. The report by its stand-in."""
    monkeypatch.setattr(after_closing, "REPORT", make_report.name)
    monkeypatch.setattr(statement_pdf, "render", lambda statement, *_: f"{statement.pk} {statement.net}".encode())


@pytest.fixture
def quarter(busy_quarter, quick, mailoutbox) -> Quarter:
    """A quarter that can be closed; what came before it is finished, mail and all."""
    for earlier in Closing.objects.all():
        after_closing.close_now(earlier.quarter, by=earlier.closed_by, at=earlier.closed_at)
    mailoutbox.clear()
    return busy_quarter


@pytest.fixture
def workers() -> Iterator[None]:
    """Tasks run as soon as they are handed over, in this process, and failures are heard."""
    current_app.loader.import_default_modules()  # a task that is only known by its name would go to the broker
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    yield
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = False


@pytest.fixture
def close(coordinator) -> Callable[[Quarter, date], Closing]:
    """The coordinator closes a quarter at noon on a day."""
    return lambda quarter, on: closing.close(quarter, by=coordinator, at=at(on))


@pytest.fixture
def enrol(clerk) -> Callable[..., Enrolment]:
    """One voucher becomes one membership: at a library, of a kind, on a day, heard of at a moment."""

    def redeem(at_library: Organisation, serial: int, on: date, kind: str = "new", heard: date | None = None):
        voucher = Voucher.objects.get(pk=serial)
        branch = branch_of(at_library)
        return enrolment.redeem(voucher.number, branch=branch, kind=kind, on=on, by=clerk, at=at(heard or on))

    return redeem


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """A browser in which somebody is logged in."""

    def visit(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return visit


@pytest.fixture
def carla(log_in, coordinator) -> Client:
    return log_in(coordinator)


@pytest.fixture
def frank(log_in, finance) -> Client:
    return log_in(finance)


@pytest.fixture
def rik(log_in, reader) -> Client:
    return log_in(reader)


@pytest.fixture
def mara(log_in, manager) -> Client:
    """Venlo's manager."""
    return log_in(manager)


@pytest.fixture
def invoice(closed, venlo) -> Statement:
    """Venlo's invoice of EUR 126."""
    return closed.statements.get(organisation=venlo)


@pytest.fixture
def voucher_numbers(invoice) -> list[str]:
    """The full numbers of the vouchers on Venlo's invoice, as printed."""
    serials = invoice.lines.order_by("serial").values_list("serial", flat=True)
    return [str(Voucher.objects.get(pk=serial).number) for serial in serials]


@pytest.fixture
def ready(closed, quick):
    """A closed quarter with its documents, and nobody told yet."""
    issuing.make_all(closed, at=PRESSED)
    return closed


@pytest.fixture
def mail_server_down(monkeypatch):
    """No mail goes out until `restore()`."""

    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    real = EmailMessage.send
    monkeypatch.setattr(EmailMessage, "send", refuse)
    return lambda: monkeypatch.setattr(EmailMessage, "send", real)


@pytest.fixture
def told(closed, quick, mailoutbox) -> Closing:
    """A closed quarter of which every party heard."""
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    mailoutbox.clear()
    return closed
