"""How VAT applies: by tariff, by organisation and by day; frozen on the line, and the same in preview and closing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation
from kbl.accounts.models import User
from kbl.payments.sentences import sentence
from kbl.periods import Quarter, quarters
from kbl.second_person import second_person
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.closing import closing
from kbl.settlements.models import Closing, PartyVat, Statement, Tariff
from kbl.settlements.statements import statement_view, steps
from kbl.settlements.tariffs import asked
from kbl.settlements.tariffs.tariffs import TariffTooEarly, assert_addable
from libraries import enrolment
from reporting.integrity.lines import lines_have_the_vat_of_their_day
from reporting.journal import double_entry
from reporting.journal.double_entry import VAT_CODES
from tests import by_two
from tests.conftest import at, branch_of
from tests.settlements.conftest import PRESSED, Q1, Q4
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

LOW = Decimal("9.00")


def invoice_of(closed, library) -> Statement:
    return closed.statements.get(kind="invoice", organisation=library)


def treated(statement: Statement) -> list[tuple[date, str, Decimal]]:
    return [(line.on, line.vat, line.vat_rate) for line in statement.lines.order_by("on")]


@pytest.mark.both_engines
def test_an_organisations_own_treatment_goes_before_the_tariffs_from_its_first_day(
    busy_quarter, venlo, landgraaf, coordinator
):
    """Venlo enrolled on 3, 4 and 5 October: exempt as the tariff says, then 9 %, and from a later day 21 %."""
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 10, 4), vat="low")
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 10, 5), vat="high")
    by_two.vat(organisation=venlo, kind="handling", first_day=date(2025, 1, 1), vat="outside")
    by_two.vat(organisation=landgraaf, kind="membership", first_day=date(2025, 1, 1), vat="outside")
    expected = next(
        each
        for each in closing.preview(busy_quarter, at=PRESSED)
        if each.kind == "invoice" and each.organisation == venlo
    )
    statement = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    assert treated(statement) == [
        (date(2025, 10, 3), "exempt", Decimal(0)),
        (date(2025, 10, 4), "low", LOW),
        (date(2025, 10, 5), "high", Decimal(21)),
    ]
    assert (statement.net, statement.vat) == (Decimal("126.00"), Decimal("12.60"))
    assert (expected.net, expected.vat, expected.lines) == (statement.net, statement.vat, 3)
    assert [(row.words, row.net, row.vat) for row in statement_view.vat_rows(statement)] == [
        ("vrijgesteld", Decimal("42.00"), Decimal("0.00")),
        ("9 %", Decimal("42.00"), Decimal("3.78")),
        ("21 %", Decimal("42.00"), Decimal("8.82")),
    ]


@pytest.mark.both_engines
def test_outside_is_not_exempt_though_both_are_nothing(busy_quarter, venlo, coordinator, food_bank, worker, give, take):
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 10, 4), vat="outside")
    statement = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    assert [(row.words, row.lines) for row in statement_view.vat_rows(statement)] == [
        ("vrijgesteld", 1),
        ("geen btw (geen ondernemer)", 2),
    ]


@pytest.mark.both_engines
def test_a_correction_takes_back_the_vat_that_was_billed_whatever_holds_now(
    busy_quarter, venlo, coordinator, give, take, food_bank, worker
):
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 10, 1), vat="low")
    first = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2026, 1, 1), vat="high")
    by_two.correct(first.lines.first(), reason="twice", by=coordinator, at=at(date(2026, 2, 1)))
    serials = give(food_bank, worker, 1, date(2026, 1, 20))
    take(venlo, SerialRange(serials.first, serials.first), date(2026, 1, 22))
    later = invoice_of(closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12))), venlo)
    assert [(line.net, line.vat, line.vat_rate) for line in later.lines.order_by("net")] == [
        (Decimal("-42.00"), "low", LOW),
        (Decimal("45.00"), "high", Decimal(21)),
    ]
    assert later.vat == Decimal("-3.78") + Decimal("9.45")


@pytest.fixture
def desk_of_venlo(venlo, clerk, coordinator, cubiss) -> SerialRange:
    """Venlo's own desk is accredited too and has five vouchers; the first two were handed out and redeemed there."""
    Accreditation.objects.create(organisation=venlo, track=4, protocol="1.0", valid_from=date(2025, 9, 1))
    batch = make_batch(
        5, medium="paper", valid_until=date(2027, 12, 31), on=date(2025, 9, 2), by=coordinator, at=at(date(2025, 9, 2))
    )
    serials = SerialRange(batch.first_serial, batch.last_serial)
    accreditation.allocate(serials, to=venlo, on=date(2025, 9, 2), by=coordinator, at=at(date(2025, 9, 2)))
    used_at_the_desk(venlo, serials.first, date(2025, 10, 6), clerk)
    return serials


def used_at_the_desk(library, serial, on, clerk) -> None:
    """Handed out and redeemed at once."""
    handout.hand_out(library, [SerialRange(serial, serial)], on=on, by=clerk, at=at(on))
    number = Voucher.objects.get(pk=serial).number
    enrolment.redeem(number, branch=branch_of(library), kind="new", on=on, by=clerk, at=at(on))


def close_until(last: Quarter, coordinator) -> Closing:
    """Every quarter up to this one, each twelve days after its end."""
    for quarter in quarters(date(2025, 1, 1), last.last_day):
        closed = closing.close(quarter, by=coordinator, at=at(quarter.next.first_day + timedelta(days=11)))
    return closed


def answers(closed: Closing, party) -> dict[str, set[str]]:
    """How VAT applies to one party, by its paper."""
    return {each.kind: {line.vat for line in each.lines.all()} for each in closed.statements.filter(organisation=party)}


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("membership", "handling", "expected"),
    [
        ({}, {}, {"invoice": {"exempt"}, "declaration": {"exempt"}}),
        ({"vat": "outside"}, {}, {"invoice": {"outside"}, "declaration": {"outside"}}),
        ({"vat": "low"}, {}, {"invoice": {"low"}, "declaration": {"exempt"}}),
        ({}, {"vat": "high"}, {"invoice": {"exempt"}, "declaration": {"high"}}),
        ({}, {"vat": "outside"}, {"invoice": {"exempt"}, "declaration": {"exempt"}}),
        ({"vat": "outside"}, {"vat": "high"}, {"invoice": {"outside"}, "declaration": {"outside"}}),
        ({"vat": "outside"}, {"vat": "exempt"}, {"invoice": {"outside"}, "declaration": {"outside"}}),
    ],
)
def test_a_library_with_a_desk_of_its_own_is_an_entrepreneur_on_both_papers_or_on_none(
    desk_of_venlo, venlo, coordinator, membership, handling, expected
):
    for kind, own in (("membership", membership), ("handling", handling)):
        if own:
            by_two.vat(organisation=venlo, kind=kind, first_day=date(2025, 9, 1), **own)
    close_until(Quarter(2025, 3), coordinator)
    seen = closing.preview(Q4, at=PRESSED)
    closed = closing.close(Q4, by=coordinator, at=PRESSED)
    assert answers(closed, venlo) == expected
    assert {each.kind: each.treatments for each in seen if each.organisation == venlo} == expected
    codes = {
        each.kind: {posting.vat_code for posting in each.postings if posting.vat_code}
        for each in approved(closed, venlo, coordinator)
    }
    assert codes == {
        {"invoice": "factuur", "declaration": "declaratie"}[kind]: {VAT_CODES[vat] for vat in vats}
        for kind, vats in expected.items()
    }
    assert not list(lines_have_the_vat_of_their_day())


def approved(closed: Closing, party, coordinator) -> list:
    """The journal's entries of a party's statements, after its agreement and Cubiss' approval."""
    other = User.objects.create_user("akkoord@voorbeeld.example", None, name="Anna Akkoord")
    for statement in closed.statements.filter(organisation=party):
        steps.confirm(statement, by=other, at=PRESSED)
        steps.approve(statement, by=coordinator, at=PRESSED)
    return double_entry.entries(double_entry.JournalPeriod(date(2026, 1, 1), date(2026, 12, 31)))


@pytest.mark.both_engines
def test_the_day_decides_when_a_library_is_no_entrepreneur_any_more(
    desk_of_venlo, venlo, clerk, coordinator, quick, worker, food_bank, give
):
    """Outside VAT from 1 November: what was handed out on the last day before and on the first day differ."""
    give(food_bank, worker, 1, date(2025, 11, 3))
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 11, 1), vat="outside")
    used_at_the_desk(venlo, desk_of_venlo.first + 1, date(2025, 10, 31), clerk)
    used_at_the_desk(venlo, desk_of_venlo.first + 2, date(2025, 11, 1), clerk)
    closed = close_until(Q4, coordinator)
    for statement in closed.statements.filter(organisation=venlo):
        assert [vat for _, vat, _ in treated(statement)] == ["exempt", "exempt", "outside"], statement.kind
    assert answers(closed, food_bank) == {"declaration": {"outside"}}, "who is no library goes by the tariff"
    assert not list(lines_have_the_vat_of_their_day())


@pytest.mark.both_engines
def test_a_correction_keeps_what_was_frozen_and_the_next_paper_goes_on(desk_of_venlo, venlo, clerk, coordinator):
    first = close_until(Q4, coordinator).statements.get(organisation=venlo, kind="declaration")
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2026, 1, 1), vat="outside")
    by_two.correct(first.lines.get(), reason="twice", by=coordinator, at=at(date(2026, 2, 1)))
    used_at_the_desk(venlo, desk_of_venlo.last, date(2026, 2, 3), clerk)
    closed = closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12)))
    later = closed.statements.get(organisation=venlo, kind="declaration")
    assert [(line.net, line.vat) for line in later.lines.order_by("net")] == [
        (Decimal("-4.00"), "exempt"),
        (Decimal("4.00"), "outside"),
    ]
    assert not list(lines_have_the_vat_of_their_day())


@pytest.mark.both_engines
def test_the_check_asks_it_again_in_its_own_words(desk_of_venlo, venlo, coordinator):
    """A declaration that says *geen ondernemer* beside an invoice that says exempt is found."""
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 9, 1), vat="outside")
    line = close_until(Q4, coordinator).statements.get(organisation=venlo, kind="declaration").lines.get()
    by_two.no_vat(PartyVat.objects.filter(organisation=venlo))
    assert {"line": line.pk, "vat": "outside", "expected": "exempt"}.items() <= {
        name: value for each in lines_have_the_vat_of_their_day() if each["line"] == line.pk
        for name, value in each.items()
    }.items()  # fmt: skip


@pytest.mark.both_engines
def test_nobody_can_ask_for_two_answers(venlo, landgraaf, food_bank, finance, coordinator):
    """Asked, or accepted after something else was: a sentence says where to ask."""
    day = date(2026, 1, 1)

    def ask(party, kind, vat):
        treatment = PartyVat(organisation=party, kind=kind, first_day=day, vat=vat)
        return asked.ask_vat(treatment, by=finance, at=PRESSED)

    with pytest.raises(ChangeRefused) as refused:
        ask(venlo, "handling", "outside")
    assert "voor alles ondernemer voor de btw, of voor niets" in sentence(refused.value)
    waiting = ask(venlo, "handling", "high")
    second_person.accept(ask(venlo, "membership", "outside"), by=coordinator, at=PRESSED)
    with pytest.raises(ChangeRefused, match="two_answers"):
        second_person.accept(waiting, by=coordinator, at=PRESSED)
    second_person.accept(ask(landgraaf, "handling", "high"), by=coordinator, at=PRESSED)
    second_person.accept(ask(food_bank, "handling", "outside"), by=coordinator, at=PRESSED)


def test_what_is_new_starts_after_closed_books(closed):
    with pytest.raises(TariffTooEarly) as refused:
        assert_addable(date(2025, 12, 31))
    assert refused.value.frozen_until == Quarter(2025, 4).last_day
    assert_addable(date(2026, 1, 1))


def test_the_seeded_treatment_is_a_setting(programme):
    assert {tariff.vat for tariff in Tariff.objects.filter(kind="membership")} == {"exempt"}
