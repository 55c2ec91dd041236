"""The chapters of a report beside its first tables: every figure as plain SQL has it, without the report's code."""

import re
from decimal import Decimal

import pytest
from django.db import connection

from kbl.fund import evidence
from kbl.fund.models import BudgetLine
from kbl.periods import Quarter
from reporting.report import kept_reports
from tests import by_two
from tests.conftest import at
from tests.fund import papers
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = pytest.mark.both_engines


def sql(query: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def cells(table) -> dict[str, dict[str, str]]:
    """What is shown, by row and column; what is held back is left out."""
    lines = [*table.rows, *filter(None, [table.total])]
    return {
        row.label: {head: cell.text for head, cell in zip(table.headings, row.cells, strict=True) if not cell.held}
        for row in lines
    }


def euros(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,-]", "", text).replace(",", "."))


@pytest.fixture
def shown(two_quarters):
    return kept_reports.read(two_quarters[1]).shown


def test_the_funnel_is_that_of_the_facts(shown, two_quarters):
    told = cells(shown["funnel"])
    for closing in two_quarters:
        last, when = closing.quarter.last_day, closing.closed_at
        known = "{}.on <= %s AND {}.recorded_at <= %s AND ({}.revoked_at IS NULL OR {}.revoked_at > %s)"
        row, facts = told[closing.quarter.label], {}
        for column, table in (("Uitgereikt", "intermediaries_handout"), ("Ingewisseld", "libraries_enrolment")):
            where = known.replace("{}", "f").replace("f.on", 'f."on"')
            ((facts[column],),) = sql(f"SELECT COUNT(*) FROM {table} f WHERE {where}", last, when, when)
        for column, number in facts.items():
            if column in row:
                assert row[column] == str(number), (closing, column)
        made = "SELECT COALESCE(SUM(last_serial - first_serial + 1), 0) FROM vouchers_batch WHERE recorded_at <= %s"
        assert row["Gemaakt"].replace(".", "") == str(sql(made, when)[0][0])
    assert told["3e kwartaal 2025"]["Deel ingewisseld"] == "50 %".replace(" ", "\N{NO-BREAK SPACE}")


def test_what_was_told_then_stands_beside_what_is_known_now(shown, two_quarters):
    """Six of Venlo's autumn were heard of in the winter."""
    told = cells(shown["corrections"])["3e kwartaal 2025"]
    autumn = two_quarters[0]
    count = 'SELECT COUNT(*) FROM libraries_enrolment WHERE "on" <= %s AND recorded_at <= %s'
    for column, closing in (("Zoals toen gemeld", autumn), ("Zoals nu bekend", two_quarters[1])):
        assert told[column] == str(sql(count, autumn.quarter.last_day, closing.closed_at)[0][0])


def test_money_per_year_is_that_of_the_lines_by_the_thousand(shown, two_quarters):
    told, total = cells(shown["fund_by_year"]), Decimal(0)
    for year, budget in ((2025, 94_500), (2026, 261_500), (2027, 590_500)):
        between = (f"{year}-01-01", f"{year}-12-31")
        ((net,),) = sql('SELECT COALESCE(SUM(net), 0) FROM settlements_line WHERE "on" BETWEEN %s AND %s', *between)
        assert euros(told[str(year)]["Begroot"]) == budget
        assert abs(euros(told[str(year)]["Besteed en toegezegd"]) - Decimal(net)) <= 500
        assert euros(told[str(year)]["Besteed en toegezegd"]) % 1000 == 0
        total += Decimal(net)
    assert abs(euros(told["Hele programma"]["Besteed en toegezegd"]) - total) <= 1000


def test_the_payers_other_posts_stand_beside_what_was_spent(two_quarters, history):
    line = BudgetLine.objects.get(post="2.2", year=2025)
    when = at(two_quarters[1].closed_at.date())
    proof = evidence.keep(papers.picture(), "bon.png", by=history.finance, at=when)
    words = {"reference": "1", "description": "Toolkit", "supplier": "", "evidence": proof}
    day = Quarter(2025, 4).last_day
    by_two.book(line, Decimal("1250.50"), **words, on=day, by=history.finance, at=when)
    spring = history.close("2026-Q1")
    told = cells(kept_reports.read(spring).shown["other_posts"])
    assert euros(told["Samen"]["Begroot"]) == 135_500
    ((spent,),) = sql("SELECT SUM(amount) FROM fund_cost")
    assert euros(told["2.2"]["Uitgegeven"]) == Decimal("1250.50") == round(Decimal(spent), 2)


def test_the_map_says_per_municipality_what_its_table_says(shown):
    """Every municipality has a tile; those without members have no number that their table does not have."""
    places, drawn = cells(shown["municipalities"]), shown["charts"]["kaart"]
    told = {row["short"]: row["told"] for row in drawn.rows if row["started"]}
    ((every,),) = sql("SELECT COUNT(*) FROM organisations_municipality")
    assert len(drawn.rows) == every
    for name in ("Venlo", "Landgraaf"):
        assert told[name] == places[name]["Nieuw sinds de start"]
        assert f"{name} {told[name]}" in drawn.words, "who does not see it hears the same"
