"""The quarter that was worked out by hand in docs/worked_quarter.md: its tables are played, and must come out."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from intermediaries import accreditation
from intermediaries.handouts import handout
from kbl.fund import ledger
from kbl.fund.models import Instalment
from kbl.payments.bank import camt_parser, importing
from kbl.payments.runs import runs
from kbl.periods import Quarter, quarters
from kbl.programme.demo import bank_statement
from kbl.settlements.closing import closing
from kbl.settlements.models import Line, Statement
from kbl.settlements.statements import steps
from libraries import enrolment, renewal
from libraries.models import Enrolment, MembershipYear
from tests import by_two
from tests.conftest import at, branch_of
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

PAGE = (settings.BASE_DIR / "docs" / "worked_quarter.md").read_text()
Q4_2025, Q4_2026 = Quarter(2025, 4), Quarter(2026, 4)
ACCREDITED_UNTIL = date(2026, 11, 15)


def table(heading: str, place: int = 0) -> list[dict[str, str]]:
    """A table under a heading of the page, as rows by column."""
    _, _, section = PAGE.partition(f"\n## {heading}\n")
    tables = [part for part in section.partition("\n## ")[0].split("\n\n") if part.strip().startswith("|")]
    lines = tables[place].strip().splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rows]


def serials(text: str, first: int) -> list[SerialRange]:
    """`22-23, 51-53` as ranges; voucher 1 of the page is the first of the batch."""
    ranges = []
    for part in text.split(","):
        start, _, end = part.strip().partition("-")
        ranges.append(SerialRange(first + int(start) - 1, first + int(end or start) - 1))
    return ranges


@pytest.fixture
def played(cubiss, food_bank, welfare, venlo, landgraaf, gennep, worker, clerk, coordinator, finance) -> None:
    """Everything that happened, in the order in which it was heard, with the closings in between."""
    first = make_batch(
        100,
        medium="paper",
        valid_until=date(2027, 12, 31),
        on=date(2025, 8, 20),
        by=coordinator,
        at=at(date(2025, 8, 20)),
    ).first_serial
    received = at(date(2025, 9, 1))
    for party, part in ((food_bank, (0, 49)), (welfare, (50, 99))):
        own = SerialRange(first + part[0], first + part[1])
        accreditation.allocate(own, to=party, on=date(2025, 9, 1), by=coordinator, at=received)
    by_two.vat(organisation=gennep, kind="membership", first_day=date(2026, 1, 1), vat="low")
    instalment = Instalment.objects.create(description="Eerste termijn", due_on=date(2025, 10, 1), amount=2_000)
    by_two.receive(instalment, amount=Decimal(2_000), on=date(2025, 10, 1), by=finance, at=at(date(2025, 10, 1)))
    parties = {each.name: each for each in (food_bank, welfare, venlo, landgraaf, gennep)}

    events = sorted(table("What happened"), key=lambda row: row["heard"])
    for quarter in quarters(date(2025, 1, 1), date(2026, 12, 31)):
        closes_on = date.fromordinal(quarter.last_day.toordinal() + 12)
        while events and date.fromisoformat(events[0]["heard"]) <= closes_on:
            tell(events.pop(0), parties, first, worker=worker, clerk=clerk, finance=finance)
        if quarter == Quarter(2026, 3):
            ended = welfare.accreditations.get()
            accreditation.end(ended, last_day=ACCREDITED_UNTIL)
        closed = closing.close(quarter, by=coordinator, at=at(closes_on))
        for statement in closed.statements.all():
            steps.confirm(statement, by=clerk, at=at(closes_on, 13))
            steps.approve(statement, by=finance, at=at(date(closes_on.year, closes_on.month, 20)))
    assert not events


def tell(event: dict[str, str], parties: dict, first: int, *, worker, clerk, finance) -> None:
    """One row of the page becomes facts."""
    on, heard = date.fromisoformat(event["day"]), at(date.fromisoformat(event["heard"]))
    party, ranges = parties.get(event["who"]), serials(event["vouchers"], first)
    numbers = [serial for each in ranges for serial in range(each.first, each.last + 1)]
    match event["what"]:
        case "handed out":
            handout.hand_out(party, ranges, on=on, by=worker, at=heard)
        case "corrected":
            for line in Line.objects.filter(serial__in=numbers, membership_year__ordinal=1, corrects=None):
                by_two.correct(line, reason="twice", by=finance, at=heard)
        case "renewed":
            for year in MembershipYear.objects.filter(enrolment__voucher__in=numbers, ordinal=1):
                assert renewal.renew(year, by=clerk, at=heard).on == on
        case kind:
            for serial in numbers:
                number = Voucher.objects.get(pk=serial).number
                enrolment.redeem(number, branch=branch_of(party), kind=Enrolment.Kind(kind), on=on, by=clerk, at=heard)


@pytest.mark.parametrize(
    ("quarter", "heading"), [(Q4_2025, "The last quarter of 2025"), (Q4_2026, "The last quarter of 2026")]
)
def test_every_party_gets_what_was_worked_out_by_hand(played, quarter, heading):
    *by_hand, everybody = table(heading)
    found = {
        str(each.organisation): (each.net, each.vat, each.payable)
        for each in Statement.objects.filter(closing__quarter=quarter)
        if each.net or each.lines.exists()
    }
    expected = {row["party"]: tuple(Decimal(row[name]) for name in ("net", "VAT", "to pay")) for row in by_hand}
    assert found == expected
    sums = tuple(sum((row[i] for row in found.values()), Decimal(0)) for i in range(3))
    assert sums == tuple(Decimal(everybody[name]) for name in ("net", "VAT", "to pay"))


def test_the_sums_on_the_page_are_sums():
    """`12 x 4, and 1 x 4 ...` multiplied and added is the net beside it."""
    for heading in ("The last quarter of 2025", "The last quarter of 2026"):
        for row in table(heading)[:-1]:
            products = re.findall(r"(\d+) (?:\w+ )*?x (-?\d+)", row["sum by hand"])
            assert sum(int(count) * int(price) for count, price in products) == Decimal(row["net"]), row


def test_landgraaf_keeps_its_credit(played, landgraaf):
    credit = Statement.objects.get(closing__quarter=Q4_2026, organisation=landgraaf)
    assert (credit.is_credit, credit.payable, credit.carried_out) == (True, Decimal(0), Decimal("-84.00"))


def test_the_fund_stands_where_it_should(played):
    for row in table("The fund, paying, the bank"):
        on = date.fromisoformat(row["day"])
        found = ledger.received(on), ledger.spent(on), ledger.balance(on)
        assert found == tuple(Decimal(row[name]) for name in ("received", "spent", "balance"))


def test_what_the_bank_pays_and_sends_back_is_what_was_worked_out_by_hand(played, coordinator, finance):
    by_hand = {row["party"]: row for row in table("The fund, paying, the bank", 1)}
    chosen = [each for each in runs.payable_statements() if each.statement.closing.quarter == Q4_2026]
    run = runs.prepare(
        [each.statement for each in chosen], execute_on=date(2027, 1, 22), by=finance, at=at(date(2027, 1, 21))
    )
    payments = {str(each.statement.organisation): each for each in run.payments.all()}
    assert {name: each.amount for name, each in payments.items()} == {
        name: Decimal(row["asked of the bank"]) for name, row in by_hand.items()
    }
    runs.release(run, by=coordinator, at=at(date(2027, 1, 21), 15))
    runs.mark_executed(run, by=finance, at=at(date(2027, 1, 22)))
    returned = {
        payments[name].end_to_end_id: row["the bank says"].split(", ")[1]
        for name, row in by_hand.items()
        if row["the bank says"].startswith("returned")
    }
    content = bank_statement.executed(run, on=date(2027, 1, 22), opening=Decimal(1_000), returned=returned)
    read = importing.read_in(camt_parser.read(content), sha256="0" * 64, by=finance, at=at(date(2027, 1, 25)))
    (file,) = [each.file for each in read.read]
    assert file.closing == Decimal(1_000) - Decimal("852.25") + Decimal("12.00")
    for name, row in by_hand.items():
        statement = payments[name].statement
        statement.refresh_from_db()
        assert (statement.status, runs.due(statement)) == (row["status"], Decimal(row["due"])), name


def test_nothing_asks_the_bank_for_a_credit(played, landgraaf):
    assert Statement.objects.get(closing__quarter=Q4_2026, organisation=landgraaf).status == "approved"
    assert Q4_2026 not in {
        each.statement.closing.quarter for each in runs.payable_statements() if each.statement.organisation == landgraaf
    }
