"""Two years of a small programme, played through the domain, with one of everything that can happen to a voucher."""

import hashlib
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pikepdf
from django.conf import settings

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.clock import local_day
from kbl.facts import RevokeReason
from kbl.fund import evidence
from kbl.fund.models import BudgetLine
from kbl.payments.bank import camt_parser, importing
from kbl.payments.models import BankEntry
from kbl.payments.runs import runs
from kbl.payments.runs.payable import payable_statements
from kbl.periods import Quarter
from kbl.programme.agenda import Agenda, moment
from kbl.programme.demo import bank_statement
from kbl.programme.loader import load
from kbl.programme.player import Player
from kbl.programme.programme_file import read
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from kbl.settlements.documents.einvoice.terms import totals_of
from kbl.settlements.documents.einvoice.ubl import NAMESPACES
from kbl.settlements.models import Closing, EInvoice, Line, Statement
from libraries import enrolment, renewal
from libraries.models import Enrolment, MembershipEnd
from reporting.dashboard import summarising
from reporting.report import kept_reports
from reporting.seals import sealing
from tests import by_two
from tests.fund import papers
from vouchers.batches import make_batch
from vouchers.custody import revalidation, stock
from vouchers.models import Voucher
from vouchers.numbers import Number, SerialRange

LIMBURG = settings.BASE_DIR / "programmes" / "limburg-2025-2027.toml"


def play() -> None:
    """From January 2025 until February 2027: eight closed quarters and a running one."""
    file = read(LIMBURG)
    load(file)
    player = Player(file, renewal=Decimal("0.7"), scale=Decimal("0.02"), say=lambda line: None)
    run = partial(Agenda.run, player.agenda)
    player.agenda.run = lambda until=None: None
    player.play()  # everything is on the agenda now, and nothing has happened
    run(moment(date(2026, 8, 1)))
    _correct_a_closed_quarter(player)
    run(moment(date(2027, 2, 1), 6))
    _the_running_quarter(player)
    _papers()
    _pay(player)
    summarising.catch_up(alone=True)


def _correct_a_closed_quarter(player: Player) -> None:
    """In August: a library's whole invoice of the spring was wrong, so that it ends with a credit; and a hand-out."""
    at = moment(date(2026, 8, 2))
    spring = Closing.objects.get(quarter=Quarter(2026, 2))
    largest = spring.statements.filter(kind="invoice", number__isnull=False).order_by("-net").first()
    for line in largest.lines.filter(corrects=None, membership_year__ordinal=1):
        by_two.correct(line, reason="twice", by=player.coordinator, at=at)
    line = Line.objects.filter(statement__closing=spring, handout__isnull=False).first()
    by_two.correct(line, reason="wrong_date", by=player.coordinator, at=at)


def _the_running_quarter(player: Player) -> None:
    """In February 2027: stock goes round, mistakes are undone, a number is refused, and every kind of membership."""
    day = date(2027, 2, 1)
    at = moment(day, 12)
    by = player.coordinator
    batch = make_batch(60, medium="digital", valid_until=date(2027, 12, 31), on=day, by=by, at=at)
    first = batch.first_serial
    one, other = player.intermediaries[1], player.intermediaries[2]
    serials = SerialRange(first, first + 39)
    stock.allocate(serials, to=one, on=day, by=by, at=at)
    stock.take_back(SerialRange(first + 30, first + 39), holder=one, on=day, by=by, at=at)
    stock.hand_on(SerialRange(first + 20, first + 29), holder=one, to=other, on=day, by=by, at=at)
    stock.void(SerialRange(first + 24, first + 26), reason="lost", on=day, by=by, at=at)
    stock.void(SerialRange(first + 50, first + 51), reason="misprint", on=day, by=by, at=at)
    (asked,) = revalidation.ask([SerialRange(first + 25, first + 26)], reason="found", on=day, by=by, at=at)
    revalidation.agree(asked, on=day, by=player.finance, at=at)
    stock.extend(SerialRange(first + 12, first + 15), valid_until=date(2028, 1, 31), on=day, by=by, at=at)
    handout.hand_out(one, [SerialRange(first, first + 9)], on=day, by=player.parties[one.pk], at=at)
    stock.void(SerialRange(first + 9, first + 9), reason="stolen", on=day, by=by, at=at)
    handout.undo(
        Handout.objects.get(voucher=first + 8), reason=RevokeReason.TYPING_ERROR, by=player.parties[one.pk], at=at
    )
    one.accreditations.update(valid_until=day)
    branch = player.branches[0]
    clerk = player.clerks[branch.organisation_id]
    kinds = [Enrolment.Kind.NEW, Enrolment.Kind.CONVERSION, Enrolment.Kind.FREE_ANYWAY, Enrolment.Kind.NEW]
    for serial, kind in zip(range(first, first + 4), kinds, strict=True):
        enrolment.redeem(_number(serial), branch=branch, kind=kind, on=day, by=clerk, at=at)
    last = Enrolment.objects.get(voucher=first + 3)
    enrolment.undo(last, reason=RevokeReason.TWICE, by=clerk, at=at + timedelta(hours=1), on=day)
    for serial in (first, first + 25, first + 45):
        try:
            enrolment.redeem(_number(serial), branch=branch, kind="new", on=day, by=clerk, at=at)
        except enrolment.VoucherRefused:
            continue
    later = moment(day + timedelta(days=1))
    handout.hand_out(one, [SerialRange(first + 10, first + 11)], on=local_day(later), by=clerk, at=later)
    due = (renewal.answerable(library, on=later.date()).first() for library in player.libraries)
    renewal.end(next(filter(None, due)), by=clerk, at=later)
    cost = by_two.spend(Decimal("12.50"), reference="test", description="Vergissing", on=day, by=player.finance, at=at)
    by_two.reverse(cost, on=day, by=player.finance, at=later)
    _costs_of_other_posts(player.finance, day, later)


def _costs_of_other_posts(finance, day: date, at: datetime) -> None:
    """A cost that stands and one that was taken back, each with its document."""
    proof = evidence.keep(papers.pdf(), "factuur.pdf", by=finance, at=at)
    line = BudgetLine.objects.get(year=2026, post="2.2")
    for reference in ("een", "twee"):
        named = {"reference": reference, "description": "Toolkit", "supplier": "Drukkerij", "evidence": proof}
        last = by_two.book(line, Decimal("99.50"), **named, on=day, by=finance, at=at)
    by_two.take_back(last, on=day, by=finance, at=at)


def _number(serial: int) -> Number:
    return Voucher.objects.get(pk=serial).number


def _papers() -> None:
    """Issued papers; what they look like does not matter here."""
    winter = Closing.objects.get(quarter=Quarter(2026, 4))
    at = winter.closed_at + timedelta(hours=1)
    for statement in winter.statements.filter(own_number__isnull=True)[:3]:
        issuing.issue(
            "statement",
            closing=winter,
            statement=statement,
            filename=f"stuk-{statement.pk}.pdf",
            make=lambda pk=statement.pk: b"paper %d" % pk,
            at=at,
        )
    _with_einvoice(winter, at)
    kept_reports.keep(winter, at=at)
    issuing.issue(
        "report",
        closing=winter,
        filename="report.pdf",
        make=lambda: b"report",
        at=at,
        books_digest=books_digest(winter),
        seal=sealing.seal(winter, at=at).digest,
    )


def _with_einvoice(winter: Closing, at: datetime) -> None:
    """One paper with its e-invoice inside: what lies where, and what it says; the rest does not matter here either."""
    invoices = winter.statements.filter(kind="invoice", number__isnull=False, net__gt=0, document__isnull=True)
    statement = invoices.filter(own_number__isnull=True).order_by("pk")[0]
    totals = totals_of(statement)
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    xml = (
        f"<Invoice {spaces}><cbc:ID>{statement.number}</cbc:ID>"
        f"<cac:TaxTotal><cbc:TaxAmount>{totals.vat}</cbc:TaxAmount></cac:TaxTotal><cac:LegalMonetaryTotal>"
        f"<cbc:TaxExclusiveAmount>{totals.net}</cbc:TaxExclusiveAmount>"
        f"<cbc:PayableAmount>{totals.due}</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"
    ).encode()
    name = f"stuk-{statement.pk}"
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.attachments[f"{name}.xml"] = xml
    paper.save(content)
    issuing.issue(
        "statement",
        closing=winter,
        statement=statement,
        filename=f"{name}.pdf",
        make=content.getvalue,
        einvoice=EInvoice(
            statement=statement,
            filename=f"{name}.xml",
            content=xml,
            sha256=hashlib.sha256(xml).hexdigest(),
            made_at=at,
        ),
        at=at,
    )


PAID_ON = date(2027, 2, 3)


def _pay(player: Player) -> None:
    """In February: of a run one payment comes back, one is too little, one too much and twice; the next tries again.

    A run is taken back, one waits, and the month's statement repeats what the day's said.
    """
    office, second = player.finance, player.coordinator
    before, after = moment(PAID_ON - timedelta(days=1)), moment(PAID_ON + timedelta(days=1))
    chosen = [each.statement for each in payable_statements() if not each.obstacle][-8:]
    first = runs.prepare(chosen[:4], execute_on=PAID_ON, by=office, at=before)
    runs.release(first, by=second, at=before)
    returned, less, more, _ = first.payments.order_by("pk")
    bookings = [bank_statement.out(each, PAID_ON) for each in first.payments.order_by("pk")]
    bookings[1] = bank_statement.out(less, PAID_ON, less.amount - 1)
    bookings[2] = bank_statement.out(more, PAID_ON, more.amount + 1)
    bookings += [
        bank_statement.back(returned, PAID_ON, "MS03"),
        bank_statement.out(more, PAID_ON, reference="AGAIN"),
        bank_statement.PlayedBooking(Decimal("10.00"), PAID_ON, reference="IN"),
        bank_statement.PlayedBooking(Decimal("-3.00"), PAID_ON, reference="FEE"),
    ]
    _heard(first.debtor["iban"], bookings, name="DAY", by=office, at=after)
    for statements, step in ((chosen[4:6], runs.cancel), (chosen[:1], runs.release), (chosen[6:], None)):
        run = runs.prepare(statements, execute_on=date(2027, 2, 5), by=office, at=after)
        if step:
            step(run, by=second, at=after)
    unknown = bank_statement.PlayedBooking(Decimal("-9.00"), PAID_ON, reference="B", count=2)
    _heard(first.debtor["iban"], [*bookings, unknown], name="MONTH", by=office, at=after)


def _heard(iban: str, bookings: list[bank_statement.PlayedBooking], *, name: str, by, at) -> None:
    content = bank_statement.statement(iban, bookings, opening=Decimal(1_000_000), day=PAID_ON, name=name)
    importing.read_in(camt_parser.read(content), sha256=name, by=by, at=at)


def has_one_of_everything() -> None:
    """What the planted corruptions need to be there."""
    assert Statement.objects.filter(carried_in__lt=0).exists(), "a credit that was carried"
    assert Line.objects.filter(corrects__isnull=False).exists()
    assert MembershipEnd.objects.exists()
    assert Handout.objects.filter(accreditation=None).exists()
    assert set(BankEntry.objects.values_list("outcome", flat=True)) == set(BankEntry.Outcome.values)
    assert {status for (status,) in Voucher.objects.order_by().values_list("status").distinct()} == set(
        Voucher.Status.values
    )
