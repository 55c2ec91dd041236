"""What a quarter is for, in a preview, on a statement and on paper: new members, renewals, corrections, free anyway."""

from datetime import date

import pytest

from kbl.periods import Quarter
from kbl.settlements.closing.closing import preview
from kbl.settlements.documents import statement_pdf
from kbl.settlements.statements import breakdown
from libraries import renewal
from libraries.models import MembershipYear
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import Q1, Q4
from tests.told_once import told_once

globals().update(told_once("earlier_quarters_closed", of=__package__))

AFTER_Q1 = at(date(2026, 4, 12))


def parts(of: breakdown.Breakdown) -> dict[str, int]:
    return {part.sort: part.count for part in of} | ({"free": of.free_anyway} if of.free_anyway else {})


@pytest.mark.both_engines
def test_preview_and_statement_split_new_conversions_renewals_corrections_and_free_anyway(
    earlier_quarters_closed, food_bank, worker, venlo, give, enrol, close, clerk, finance
):
    first = give(food_bank, worker, 7, date(2025, 10, 2)).first
    for step, kind in enumerate(["new", "new", "conversion", "free_anyway", "free_anyway"]):
        enrol(venlo, first + step, date(2025, 10, 3), kind)
    enrol(venlo, first + 5, date(2025, 10, 4), "free_anyway", heard=date(2026, 2, 2))  # told late
    closing = close(Q4, date(2026, 1, 12))
    invoice = closing.statements.get(organisation=venlo)
    assert parts(breakdown.of_statement(invoice)) == {"new": 2, "conversion": 1, "free": 2}
    assert breakdown.of_closing(closing)["invoice", venlo.pk] == breakdown.of_statement(invoice)
    assert breakdown.of_closing(closing)["declaration", food_bank.pk].parts[0].words == "uitreikingen"
    by_two.correct(invoice.lines.order_by("pk")[0], reason="twice", by=finance, at=at(date(2026, 2, 3)))
    shown = {(each.kind, each.organisation.pk): each.breakdown for each in preview(Q1, at=AFTER_Q1)}
    assert parts(shown["invoice", venlo.pk]) == {"correction": 1, "free": 1}, "what came late is counted once"
    frozen = close(Q1, date(2026, 4, 12))
    assert (
        breakdown.of_statement(frozen.statements.get(kind="invoice", organisation=venlo)) == shown["invoice", venlo.pk]
    )
    assert parts(breakdown.of_statement(invoice)) == {"new": 2, "conversion": 1, "free": 2}, (
        "that one stays what it was"
    )


def test_a_renewal_is_no_new_member(busy_quarter, close, clerk, venlo):
    for quarter, day in ((Q4, date(2026, 1, 12)), (Q1, date(2026, 4, 12))):
        close(quarter, day)
    renewal.renew(MembershipYear.objects.order_by("on")[0], by=clerk, at=at(date(2026, 10, 5)))
    later = Q1.next.next.next
    for quarter in (Q1.next, Q1.next.next):
        close(quarter, quarter.next.first_day)
    shown = {
        each.organisation.pk: each.breakdown
        for each in preview(later, at=at(date(2027, 1, 12)))
        if each.kind == "invoice"
    }
    assert parts(shown[venlo.pk]) == {"renewal": 1}


def test_the_paper_names_conversions_free_anyway_and_where_a_credit_came_from(
    earlier_quarters_closed, cubiss, food_bank, worker, venlo, give, enrol, close, finance
):
    first = give(food_bank, worker, 4, date(2025, 10, 2)).first
    for step, kind in enumerate(["new", "conversion", "free_anyway", "free_anyway"]):
        enrol(venlo, first + step, date(2025, 10, 3), kind)
    invoice = close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)
    context = statement_pdf.context(invoice)
    assert context["free_anyway"] == 2
    (group,) = context["groups"]
    assert group.notes == ["waarvan 1 omgezet van een bestaand lidmaatschap"]
    by_two.correct(invoice.lines.order_by("pk")[0], reason="twice", by=finance, at=at(date(2026, 2, 3)))
    credit = close(Q1, date(2026, 4, 12)).statements.get(kind="invoice", organisation=venlo)
    following = close(Q1.next, date(2026, 7, 12)).statements.get(kind="invoice", organisation=venlo)
    assert statement_pdf.context(credit)["free_anyway"] == 0
    assert statement_pdf.context(following)["credit_from"] == credit


@pytest.mark.both_engines
def test_another_year_of_a_free_anyway_member_is_no_enrolment_on_paper(
    earlier_quarters_closed, food_bank, worker, venlo, clerk, give, enrol
):
    """The paper counts what the province's report counts: who became a member, not who stayed one."""
    serial = give(food_bank, worker, 1, date(2025, 10, 2)).first
    enrol(venlo, serial, date(2025, 10, 4), "free_anyway")
    first = MembershipYear.objects.get(enrolment__voucher=serial)
    second = renewal.renew(first, by=clerk, at=at(date(2026, 10, 6)))
    assert second.on == date(2026, 10, 4)
    assert breakdown.free_anyway(Q4, at=at(date(2026, 1, 12)))[venlo.pk] == 1
    after = {**breakdown.free_anyway(Quarter(2026, 4), at=at(date(2027, 1, 12)))}
    assert after == {venlo.pk: 1}, "the one of 2025, which no closing has counted yet, and not its second year"
