"""The reports that look back further, at the start and at the whole programme: figures as plain SQL has them."""

from decimal import Decimal

import pytest

from kbl.formats import day, number, whole_euro
from kbl.settlements.models import Closing
from libraries.models import Participation
from reporting.report import kept_reports
from tests.reporting.test_chapters import cells, sql
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = pytest.mark.both_engines


def counted(table: str, closing: Closing, more: str = "") -> int:
    """The facts that were known at a closing."""
    query = f'SELECT COUNT(*) FROM {table} WHERE "on" <= %s AND recorded_at <= %s AND revoked_at IS NULL {more}'
    ((found,),) = sql(query, closing.quarter.last_day, closing.closed_at)
    return found


def test_the_report_of_the_first_year_evaluates_the_start(two_quarters):
    winter = two_quarters[1]
    shown = kept_reports.read(winter).shown
    said = " ".join(shown["whole"])
    assert shown["report"].headings["whole"] == "Evaluatie van de start"
    ((taking_part,),) = sql("SELECT COUNT(*) FROM libraries_participation WHERE starts_on <= %s", "2025-12-31")
    assert f"doen {taking_part} bibliotheken mee" in said
    assert f"De eerste begon op {day(Participation.objects.earliest('starts_on').starts_on)}." in said
    ((accredited,),) = sql(
        "SELECT COUNT(DISTINCT organisation_id) FROM intermediaries_accreditation"
        " WHERE valid_from <= %s AND (valid_until IS NULL OR valid_until >= %s)",
        "2025-12-31",
        "2025-12-31",
    )
    assert f"{accredited} intermediairs mogen vouchers uitreiken" in said
    assert "Uit het fonds is" in said
    told = cells(shown["taking_part"])
    assert len(told) == taking_part


def test_the_last_quarter_of_the_programme_has_the_final_report(two_quarters, history):
    last = history.close("2027-Q4")
    shown = kept_reports.read(last).shown
    said = " ".join(shown["whole"])
    assert shown["report"].headings["title"] == "Eindrapportage"
    assert shown["report"].headings["whole"] == "Het hele programma"
    assert (shown["forecast"], shown["expected"]) == (None, ()), "nothing is to come any more"
    plus = counted("libraries_enrolment", last, "AND kind <> 'free_anyway'")
    ((target,),) = sql("SELECT SUM(new_memberships) FROM organisations_yeartarget")
    assert plus and f"Het programma bracht {number(plus)} nieuwe leden" in said and target
    out = counted("intermediaries_handout", last)
    told = [each for each in shown["whole"] if "uitgereikte vouchers" in each]
    assert told[0].startswith(f"Van {number(out)} uitgereikte vouchers zijn er")
    renewed = counted("libraries_membershipyear", last, "AND ordinal > 1")
    assert f"{renewed} keer verlengde een bibliotheek" in said
    ((net,),) = sql("SELECT COALESCE(SUM(net), 0) FROM settlements_line")
    ((budget,),) = sql("SELECT SUM(amount) FROM fund_budgetline WHERE post LIKE %s", "5.%")
    left = Decimal(budget) - Decimal(net)
    assert f"Van het lidmaatschapsfonds blijft {whole_euro(left)} over" in said
    for name in ("Bibliotheek Venlo", "Bibliotheek Landgraaf"):
        (of_library,) = [row for label, row in cells(shown["taking_part"]).items() if label == name]
        query = (
            "SELECT COUNT(*) FROM libraries_enrolment e JOIN organisations_organisation o ON o.id = e.library_id"
            " WHERE o.name = %s AND e.kind <> 'free_anyway'"
        )
        assert of_library["Nieuwe leden"] == str(sql(query, name)[0][0])


def test_a_quarter_between_looks_back_at_nothing_more(two_quarters, history):
    shown = kept_reports.read(history.close("2026-Q2")).shown
    assert (shown["report"].headings["whole"], len(shown["whole"]), shown["taking_part"]) == ("", 0, None)
