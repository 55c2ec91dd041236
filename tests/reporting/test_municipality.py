"""Gerda of Gemeente Venlo reads how it goes: what released reports say of Venlo, nothing newer and nothing smaller."""

import csv
import io
from datetime import date

import pytest
import time_machine

from kbl.accounts.roles import Audience, Bound
from kbl.admin.accounts import misfit
from kbl.admin.organisations import MunicipalityForm
from kbl.organisations.models import Organisation
from reporting.editions import parts
from reporting.message.figures import own_figures
from reporting.message.sending_it import readers
from reporting.models import Agreement
from reporting.municipality import figures, libraries
from tests.conftest import at, branch_of

DAY = date(2026, 2, 1)
HOME = "/gemeente/"


@pytest.fixture
def gerda(signed_in, official):
    """She looks on the first of February 2026."""
    with time_machine.travel(at(DAY), tick=False):
        yield signed_in(official)


def test_before_a_report_is_released_she_reads_no_figure(two_quarters, gerda, town_hall):
    text = gerda.get(HOME).content.decode()
    assert "Nog geen cijfers van uw gemeente" in text and "Na het eerste kwartaal" in text
    assert gerda.get(f"{HOME}cijfers/leden/").status_code == 404
    assert gerda.get(f"{HOME}rapportage/2025-Q4/").status_code == 404, "closed, and not released"


def test_she_reads_what_the_reports_say_of_venlo_and_no_more(
    reported_in_words, history, venlo, landgraaf, clerk, gerda
):
    """Three members came since: they are in no released report, so they are not here."""
    history.both(3, venlo, date(2026, 1, 20), by=clerk)
    handed_out, members, renewed = figures.board(venlo.municipality, DAY).charts
    assert [line.label for line in members.table.rows] == ["3e kwartaal 2025", "4e kwartaal 2025"]
    assert members.newest and members.newest.text == "12" and not members.newest.held
    text = gerda.get(HOME).content.decode()
    assert "Nieuw lid en omgezet in" not in text.replace(members.table.title, "")
    assert "19 van 12.500" in text, "of the programme what everybody reads"
    rows = list(csv.reader(io.StringIO(gerda.get(f"{HOME}cijfers/leden/").content.decode("utf-8-sig")), delimiter=";"))
    assert rows[-1][:5] == [
        "Venlo",
        "Nieuw lid en omgezet",
        "4e kwartaal 2025",
        members.table.rows[-1].cells[0].text,
        "12",
    ]


def test_of_one_to_four_people_she_reads_nothing(history, venlo, landgraaf, clerk, other_clerk, official, signed_in):
    """Three members at Venlo: the report holds them back, and so does every page and file of Gemeente Venlo."""
    from tests import released_report

    history.both(9, landgraaf, date(2025, 10, 3), by=other_clerk)
    history.both(3, venlo, date(2025, 10, 4), by=clerk)
    released_report.released(history.close("2025-Q4"), history.coordinator, history.finance)
    _, members, _ = figures.board(venlo.municipality, DAY).charts
    assert [(cell.text, cell.held) for cell in members.table.rows[-1].cells] == [("", True), ("", True)]
    assert "<svg" not in str(members.drawing), "a column of nothing would tell a zero"
    with time_machine.travel(at(DAY), tick=False):
        client = signed_in(official)
        page, table = client.get(HOME).content.decode(), client.get(f"{HOME}cijfers/leden/").content.decode()
    assert "Te klein om te tonen" in page and ";;ja" in table.replace('"', "")


def test_her_two_pages_are_those_that_cubiss_sends(reported_in_words, venlo, gerda, monkeypatch):
    asked = []
    monkeypatch.setattr(parts, "render", lambda edition, part: asked.append((edition, part)) or b"%PDF-1.7 two pages")
    answer = gerda.get(f"{HOME}rapportage/2025-Q4/")
    assert answer.content == b"%PDF-1.7 two pages" and answer["Content-Type"] == "application/pdf"
    ((edition, part),) = asked
    assert (part.about, part.pk, part.name) == ("municipality", venlo.municipality_id, "Venlo")
    assert edition.is_released and f"gemeente-{part.pk}" in answer["Content-Disposition"]
    assert [gerda.get(f"{HOME}rapportage/{each}/").status_code for each in ("2026-Q1", "x")] == [404, 404]


def test_her_libraries_and_their_agreements(reported_in_words, venlo, landgraaf, coordinator, gerda):
    """As known at the last released report: an agreement of after it is not there yet."""
    parts_there = dict.fromkeys(Agreement.PARTS, True)
    for partner, on, lacks in (
        ("Wijkteam Noord", date(2025, 10, 1), {}),
        ("Taalhuis", date(2025, 11, 1), {"has_plan": False}),
    ):
        told = {"library": venlo, "partner": partner, "on": on, "recorded_at": at(on), "recorded_by": coordinator}
        Agreement.objects.create(**told, **{**parts_there, **lacks})
    later = {"library": venlo, "partner": "Voedselbank", "on": DAY, "recorded_at": at(DAY), "recorded_by": coordinator}
    Agreement.objects.create(**later, **parts_there)
    (own,) = libraries.of_municipality(venlo.municipality, DAY).libraries
    assert own.library == venlo and own.branches == [branch_of(venlo)]
    assert [each.partner for each in own.agreements] == ["Wijkteam Noord", "Taalhuis"]
    text = gerda.get(f"{HOME}bibliotheken/").content.decode()
    assert "Bibliotheek Venlo" in text and "Ontbreekt nog: actieplan" in text and "Alle vijf de onderdelen" in text
    assert "Landgraaf" not in text and "Voedselbank" not in text


def test_she_gets_the_quarterly_message_with_the_figures_of_venlo(reported_in_words, two_quarters, town_hall, official):
    assert (official.email, Audience.MUNICIPALITY, town_hall) in set(readers())
    told = {each.name: each.whole for each in own_figures(two_quarters[1], Audience.MUNICIPALITY, town_hall)}
    assert told == {"Nieuwe leden": "12", "Verlengd": "0"}


@pytest.mark.django_db
@pytest.mark.both_engines
def test_only_an_organisation_that_is_a_municipality_has_officials(venlo, town_hall):
    assert misfit(Bound.MUNICIPALITY, town_hall) == ""
    assert "is geen gemeente" in misfit(Bound.MUNICIPALITY, venlo)


@pytest.mark.parametrize("to", [None, "another"])
def test_who_logs_in_as_a_municipality_keeps_something_to_read(venlo, town_hall, official, to, gerda):
    """While Gerda has her role, the municipality stays the organisation that she works for; what was typed stays."""
    own = venlo.municipality
    own.refresh_from_db()
    other = Organisation.objects.create(name="Gemeente Anders", slug="gemeente-anders") if to else None
    form = MunicipalityForm(
        {"name": own.name, "code": own.code, "starts_on": own.starts_on, "authority": other.pk if other else ""},
        instance=own,
    )
    assert not form.is_valid() and "Haal eerst hun rol weg" in str(form.errors["authority"])
    assert gerda.get(HOME).status_code == 200


def test_a_municipality_that_is_none_any_more_has_no_page(gerda, venlo, town_hall):
    type(venlo.municipality).objects.filter(authority=town_hall).update(authority=None)
    assert gerda.get(HOME).status_code == 404
