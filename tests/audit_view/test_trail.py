"""From a line to the bank and back: every page knows the way down and the way up, and looking leaves a trace."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse

from kbl.fund.models import FundEntry
from kbl.periods import Quarter
from kbl.settlements.models import Line, Statement
from reporting.audit import figure_facts, fund_amounts, statement_trail, where_counted
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.figures.query import FigureQuery, FundAmount
from tests import by_two
from tests.conftest import at
from tests.told_once import told_once
from vouchers.viewing.models import NumberView

globals().update(told_once("two_quarters", of=__package__))

NOW = at(date(2026, 2, 1))


def figures(fact) -> dict[Quarter | None, list[tuple[str, str, int]]]:
    found = where_counted.of_fact(fact, on=NOW.date(), at=NOW)
    return {each.quarter: [(figure.title, figure.details, figure.sign) for figure in each.figures] for each in found}


@pytest.mark.both_engines
def test_a_line_knows_its_fact_its_draw_its_run_and_its_booking(paid, signed_in, reader):
    line = Line.objects.filter(statement=paid.statement).order_by("pk").first()
    page = signed_in(reader).get(reverse("cubiss:audit_line", args=[line.pk])).content.decode()
    draw = statement_trail.draw(paid.statement)
    for link in (
        reverse("cubiss:audit_voucher", args=[line.serial]),
        reverse("cubiss:audit_statement", args=[paid.statement_id]),
        reverse("cubiss:audit_quarter", args=[Quarter(2025, 3)]),
        reverse("cubiss:audit_entry", args=[draw.pk]),
        reverse("cubiss:audit_payment", args=[paid.pk]),
        reverse("cubiss:audit_bank_entry", args=[paid.bank_entries.get().pk]),
        FigureQuery(Measure.PLUS, Quarter(2025, 3), Quarter(2025, 2)).url.replace("&", "&amp;"),
    ):
        assert f'href="{link}"' in page, link
    assert "door Vera" in page, "who wrote it down"


@pytest.mark.both_engines
def test_a_late_fact_counts_in_the_quarter_that_heard_of_it(two_quarters, venlo):
    late = Line.objects.filter(statement__closing=two_quarters[1], statement__organisation=venlo).first()
    assert late.is_late
    found = figures(late.membership_year.enrolment)
    assert set(found) == {Quarter(2025, 4)}
    assert ("Nieuwe leden", "het hele programma", 1) in found[Quarter(2025, 4)]
    assert ("Nieuwe leden", "Bibliotheek Venlo", 1) in found[Quarter(2025, 4)]
    assert ("Nieuw lid", "Venlo", 1) in found[Quarter(2025, 4)]


def test_what_was_taken_back_counts_twice_once_up_and_once_down(two_quarters, coordinator):
    line = Line.objects.filter(statement__closing=two_quarters[0], membership_year__isnull=False).first()
    by_two.correct(line, reason="twice", by=coordinator, at=two_quarters[1].closed_at + timedelta(days=1))
    enrolment = line.membership_year.enrolment
    enrolment.refresh_from_db()
    found = figures(enrolment)
    assert {(quarter, sign) for quarter, rows in found.items() for _, _, sign in rows} == {
        (Quarter(2025, 3), 1),
        (None, -1),
    }


def test_every_place_of_a_fact_has_the_fact_among_its_facts(two_quarters):
    """Up and down are the same road: from each figure that a fact says it is in, one finds the fact."""
    walked = 0
    for line in Line.objects.select_related("handout", "membership_year__enrolment").order_by("pk")[::4]:
        for fact in filter(None, [line.handout, line.membership_year and line.membership_year.enrolment]):
            for each in where_counted.of_fact(fact, on=NOW.date(), at=NOW):
                for figure in each.figures:
                    rows = figure_facts.facts_of(figure.query, on=NOW.date(), at=NOW).rows
                    assert rows.get(pk=fact.pk).counts == figure.sign, figure
                    walked += 1
    assert walked > 50


@pytest.mark.both_engines
def test_what_the_fund_spent_is_its_entries_their_statements_and_their_lines(paid, two_quarters):
    """From the amount all the way down: 300 euros are two statements, 18 lines, 12 hand-outs and 6 memberships."""
    as_of = AsOf.at_closing(two_quarters[1])
    spent = fund_amounts.FundAmountFacts(FigureQuery(FundAmount.SPENT, Quarter(2025, 4)), as_of)
    rows = list(spent.rows())
    entries = FundEntry.objects.filter(kind="draw")
    assert sum(row.amount for row in rows) == spent.amount == -entries.aggregate(t=Sum("amount"))["t"] == 300
    below = Decimal(0)
    for entry in entries:
        statement = statement_trail.statement_of(entry)
        sums = statement_trail.sums(statement)
        assert sum(each.net for each in sums) == statement.net == -entry.amount
        assert sum(each.count for each in sums) == statement.lines.count()
        below += statement.lines.aggregate(t=Sum("net"))["t"]
    assert below == spent.amount


def test_an_entry_says_in_which_amounts_it_is(paid, two_quarters):
    draw = statement_trail.draw(paid.statement)
    queries = [figure.query for figure in where_counted.of_entry(draw)]
    assert queries == [FigureQuery(FundAmount.SPENT, Quarter(2025, 4)), FigureQuery(FundAmount.SPENT)], (
        "approved after the autumn was closed"
    )
    income = FundEntry.objects.get(kind="instalment")
    assert [figure.query.what for figure in where_counted.of_entry(income)] == [
        FundAmount.RECEIVED,
        FundAmount.RECEIVED,
    ]
    waiting = Statement.objects.filter(closing=two_quarters[1]).exclude(net=0).first()
    for figure in where_counted.of_unapproved(waiting):
        as_of = figure_facts.span_of(figure.query, on=NOW.date(), at=NOW).as_of
        urls = [row.url for row in fund_amounts.FundAmountFacts(figure.query, as_of).rows()]
        assert reverse("cubiss:audit_statement", args=[waiting.pk]) in urls


def test_a_correction_pair_names_each_other(two_quarters, history, coordinator, signed_in, reader):
    line = Line.objects.filter(statement__closing=two_quarters[1], membership_year__isnull=False).first()
    by_two.correct(line, reason="twice", by=coordinator, at=two_quarters[1].closed_at + timedelta(days=1))
    browser = signed_in(reader)
    page = browser.get(reverse("cubiss:audit_line", args=[line.pk])).content.decode()
    assert "De tegenregel komt bij de volgende afsluiting." in page
    history.close("2026-Q1")
    opposite = Line.objects.get(corrects=line)
    for one, other in ((line, opposite), (opposite, line)):
        page = browser.get(reverse("cubiss:audit_line", args=[one.pk])).content.decode()
        assert f'href="{reverse("cubiss:audit_line", args=[other.pk])}"' in page


def test_every_page_of_the_way_opens_and_links_up(paid, two_quarters, signed_in, reader):
    browser = signed_in(reader)
    booked = paid.bank_entries.get()
    up = reverse("cubiss:audit_statement", args=[paid.statement_id])
    for name, key in (
        ("payment", paid.pk),
        ("bank_entry", booked.pk),
        ("entry", statement_trail.draw(paid.statement).pk),
    ):
        page = browser.get(reverse(f"cubiss:audit_{name}", args=[key]))
        assert page.status_code == 200
        assert f'href="{up}"' in page.content.decode(), name
    page = browser.get(up).content.decode()
    assert reverse("cubiss:audit_line", args=[paid.statement.lines.order_by("pk").first().pk]) in page
    assert FigureQuery(Measure.PLUS, Quarter(2025, 3), Quarter(2025, 2)).url.split("?")[0] in page


@pytest.mark.both_engines
def test_looking_at_one_voucher_leaves_a_trace(two_quarters, signed_in, reader):
    line = Line.objects.order_by("pk").first()
    browser = signed_in(reader)
    browser.get(reverse("cubiss:audit_line", args=[line.pk]))
    browser.get(reverse("cubiss:audit_voucher", args=[line.serial]))
    assert list(NumberView.objects.values_list("serial", "viewed_by")) == [(line.serial, reader.pk)] * 2
    assert browser.get(reverse("cubiss:audit_voucher", args=[9_999_999])).status_code == 404
    assert NumberView.objects.count() == 2


def test_no_page_tells_a_whole_number(paid, signed_in, reader):
    line = Line.objects.filter(statement=paid.statement).order_by("pk").first()
    number = line.membership_year.enrolment.voucher.number
    browser = signed_in(reader)
    for url in (
        reverse("cubiss:audit_line", args=[line.pk]),
        reverse("cubiss:audit_voucher", args=[line.serial]),
        FigureQuery(Measure.PLUS).url,
    ):
        page = browser.get(url).content.decode()
        assert number.secret not in page.replace(" ", "")
