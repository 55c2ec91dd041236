"""The plan's risks in figures: each by its own sign, kept with the report, beside what people see of it."""

from datetime import date
from decimal import Decimal as D

import pytest

from kbl.organisations.models import Municipality
from kbl.periods import Quarter
from libraries.models import Enrolment
from reporting.figures.as_of import AsOf
from reporting.models import LibraryUse, Risk, RiskNote
from reporting.monitor import entering, risk_figures, risks
from reporting.monitor.risk_figures import QuarterSigns, Sign
from reporting.monitor.use import UseRow, UseTable
from reporting.monitor.use import tables as use_tables
from reporting.report import kept_reports, payload
from tests.conftest import at

THIRD, FOURTH = Quarter(2025, 3), Quarter(2025, 4)


def signs(quarter: Quarter, **others) -> QuarterSigns:
    usual = {"handed_out": 200, "redeemed": 150, "members": 120, "planned": 400, "places": 31, "silent": 28}
    return QuarterSigns(quarter, **{**usual, **others})


def used(quarter: Quarter, borrowed: int | None) -> UseTable:
    counts = {"borrowed": borrowed, "online": 20, "took_part": None, "helped": None}
    return UseTable(quarter, (), UseRow("Alle bibliotheken", 80, counts))


HISTORY = [signs(THIRD), signs(FOURTH, handed_out=400, redeemed=340, members=310, planned=500, silent=20)]


def test_every_risk_is_read_from_its_own_sign():
    """A quarter of the vouchers lay unused, and then fifteen in a hundred: that risk grows smaller."""
    unused = risk_figures.figure_of(Sign.UNUSED, HISTORY, ())
    assert unused.points == (("3e kwartaal 2025", "25\u00a0%"), ("4e kwartaal 2025", "15\u00a0%"))
    assert unused.course == "wordt kleiner" and unused.words.startswith("Van de 400 uitgereikte vouchers is 15\u00a0%")
    silent = risk_figures.figure_of(Sign.SILENT, HISTORY, ())
    assert silent.words.startswith("Van 20 van de 31 gemeenten") and silent.course == "wordt kleiner"


def test_more_members_than_the_plan_is_what_grows_that_risk():
    found = risk_figures.figure_of(Sign.MEMBERS, [*HISTORY[:1], signs(FOURTH, members=310, planned=500)], ())
    assert (
        found.course == "wordt groter"
        and "62\u00a0% van wat het plan aan het einde van het kwartaal heeft (500)" in found.words
    )
    with_fund = [signs(FOURTH, of_fund=D("0.305"))]
    assert risk_figures.figure_of(Sign.MEMBERS, with_fund, ()).words.endswith("is 31\u00a0% besteed of toegezegd.")


def test_more_use_makes_its_risk_smaller_and_what_was_not_counted_is_left_out():
    uses = [used(FOURTH, 60), used(THIRD, 40)]
    found = risk_figures.figure_of(Sign.USE, HISTORY, uses)
    assert found.course == "wordt kleiner" and [each for _, each in found.points] == ["50\u00a0%", "75\u00a0%"]
    assert "leenden iets 75\u00a0%, gebruikten de online Bibliotheek 25\u00a0%" in found.words
    assert risk_figures.figure_of(Sign.USE, HISTORY, [used(FOURTH, None)]) is None
    assert risk_figures.figure_of(Sign.USE, HISTORY, [UseTable(FOURTH, (), None)]) is None, "too few to tell"


def test_of_one_quarter_no_course_is_told_and_of_less_than_a_point_that_it_stays():
    assert risk_figures.figure_of(Sign.UNUSED, HISTORY[:1], ()).course == ""
    assert risk_figures.course([D("0.200"), D("0.209")], grows=True) == "blijft gelijk"
    assert risk_figures.course([D("0.20"), D("0.21")], grows=True) == "wordt groter"
    assert risk_figures.course([D("0.21"), D("0.20")], grows=False) == "wordt groter"


def test_where_nothing_was_handed_out_or_planned_nothing_is_said():
    nothing = [signs(THIRD, handed_out=0, redeemed=0, members=0, planned=0, silent=31)]
    assert [risk_figures.figure_of(sign, nothing, ()) for sign in Sign] == [None] * len(Sign)
    assert risk_figures.figure_of("", HISTORY, ()) is None and risk_figures.table({Sign.UNUSED: None}) is None


def test_all_quarters_stand_beside_each_other_with_a_dash_where_nothing_was_counted():
    figures = {sign: risk_figures.figure_of(sign, HISTORY, [used(FOURTH, 60)]) for sign in (Sign.UNUSED, Sign.USE)}
    found = risk_figures.table(figures)
    assert found.headings == ("Niet ingewisseld", "Leden die leenden")
    assert [[cell.text for cell in each.cells] for each in found.rows] == [
        ["25\u00a0%", "–"],
        ["15\u00a0%", "75\u00a0%"],
    ]


@pytest.fixture
def plans_risks(db) -> list[Risk]:
    """The four of the plan, each with its sign."""
    return [
        Risk.objects.create(number=number, name=sign.label, words="x", mitigation="y", sign=sign)
        for number, sign in enumerate(Sign, start=1)
    ]


def test_a_report_keeps_its_risks_in_figures_whatever_comes_later(plans_risks, history, venlo, clerk, coordinator):
    """Twenty given, fifteen became a member: five lie unused. What happens later changes no word of it."""
    history.both(15, venlo, date(2025, 10, 6), by=clerk)
    history.hand_out(5, date(2025, 10, 7))
    note = {"risk": plans_risks[0], "on": date(2025, 12, 1), "figure": "Geen meldingen", "trend": "same"}
    told = {**note, "measure": "Neutrale taal", "owner": "Marketeer", "due_on": date(2026, 2, 1)}
    entering.enter(RiskNote, told, by=coordinator, at=at(date(2025, 12, 1)))
    closed = history.close("2025-Q4")
    shown = kept_reports.read(closed).shown
    first = shown["risks"][0]
    assert first.told.words == "Van de 20 uitgereikte vouchers is 25\u00a0% niet of nog niet ingewisseld."
    assert (first.figure, first.measure, first.trend) == ("Geen meldingen", "Neutrale taal", "blijft gelijk")
    places = Municipality.objects.count()
    assert shown["risks"][1].told.words.startswith(f"Van {places - 1} van de {places} gemeenten")
    assert "15 nieuwe leden" in shown["risks"][2].told.words and shown["risks"][3].told is None
    assert shown["risk_course"].headings[0] == "Niet ingewisseld"
    kept = shown["risks"], shown["risk_course"]
    history.both(9, venlo, date(2025, 11, 6), by=clerk, kind=Enrolment.Kind.NEW)
    Risk.objects.update(sign="", name="Anders")
    again = kept_reports.read(closed).shown
    assert (again["risks"], again["risk_course"]) == kept


def test_cubiss_sees_the_risks_as_the_books_have_them_now(plans_risks, history, venlo, clerk, coordinator):
    history.both(3, venlo, date(2025, 10, 6), by=clerk)
    history.hand_out(1, date(2025, 10, 7))
    use = LibraryUse(library=venlo, quarter=FOURTH, members=3, borrowed=2, recorded_by=coordinator)
    use.on, use.recorded_at = FOURTH.last_day, at(date(2026, 1, 5))
    use.save()
    now = AsOf(date(2026, 1, 20), at(date(2026, 1, 20)))
    told = risks.figures(risks.history(now), use_tables(now))
    standing = {each.risk.sign: each.told for each in risks.register(now, told)}
    assert standing[Sign.UNUSED].points[-1] == ("1e kwartaal 2026", "25\u00a0%")
    assert "leenden iets 67\u00a0%" in standing[Sign.USE].words
    assert standing[Sign.MEMBERS].words.startswith("Er zijn 3 nieuwe leden.")


def test_a_report_of_before_risks_had_figures_is_read_as_it_was():
    old = '{"by":"","figure":"3 meldingen","is":"risk","measure":"x","name":"1. Stigma","trend":""}'
    assert payload.load(old.encode()).told is None
