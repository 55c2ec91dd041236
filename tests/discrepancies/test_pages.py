"""The office's pages: filter, tick, look, confirm; the file; one row's history; reminders; signals."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from intermediaries.handouts import handout
from kbl.discrepancies import answers, kept_overview, reconciliation
from kbl.discrepancies.models import Answer, DiscrepancyKind, Reminder, ReminderPlan
from kbl.discrepancies.worklist import WorklistFilter
from tests.conftest import at
from tests.discrepancies.conftest import DAY
from tests.told_once import told_once
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

globals().update(told_once("thirty", of=__package__))

SOON = DAY + timedelta(days=20)


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(at(SOON), tick=False):
        yield


def post(client, data, query="", slug="niet-gemeld"):
    return client.post(reverse("cubiss:discrepancies_answer", args=[slug]) + query, data)


def keys() -> list[int]:
    return [fact.pk for fact in reconciliation.of(DiscrepancyKind.UNREPORTED).find(SOON)]


def test_tick_look_confirm(thirty, carla):
    first, second, *_ = keys()
    looked = post(carla, {"rij": [first, second], "antwoord": "checked"})
    assert "2 verschillen krijgen" in looked.text
    assert not Answer.objects.exists(), "looking changes nothing"
    done = post(carla, {"pks": f"{first},{second}", "antwoord": "checked", "terug": "", "bevestig": "ja"})
    assert done.status_code == 302
    assert len(keys()) == 28


@pytest.mark.parametrize("known", [30, 28])
def test_whoever_works_through_a_kept_list_always_has_a_full_page(thirty, carla, finance, known, monkeypatch):
    """Three were answered since. Whether the task kept every row or the first ones, the others are there, once each."""
    monkeypatch.setattr(kept_overview, "FIRST_ROWS", known)
    kept_overview.KEEPER.refresh(at(SOON))
    first, second, third, *others = keys()
    unreported = reconciliation.of(DiscrepancyKind.UNREPORTED)
    told = {"words": "checked", "until": None, "by": finance, "at": at(SOON)}
    answers.answer(unreported.facts(SOON), unreported, [first, second, third], **told)
    seen = [
        [row.pk for row, _ in carla.get(reverse("cubiss:discrepancies"), {"page": page}).context["rows"]]
        for page in (1, 2)
    ]
    assert seen == [others[:25], others[25:]]
    oldest = kept_overview.overview(SOON).rows(unreported, WorklistFilter())
    assert (len(oldest), len(oldest.keys)) == (27, known - 3)
    newest = carla.get(reverse("cubiss:discrepancies"), {"volgorde": "nieuwste"}).context["rows"]
    assert [row.on for row, _ in newest] == sorted((row.on for row, _ in newest), reverse=True)


def test_all_that_the_filter_shows(thirty, carla):
    query = "?tot=2025-10-02"
    looked = post(carla, {"alles": "ja", "antwoord": "later"}, query)
    assert "10 verschillen krijgen" in looked.text
    assert 'value="2025-11-05"' in looked.text, "two weeks is proposed"
    pks = ",".join(map(str, keys()[:10]))
    told = {"pks": pks, "alles": "ja", "antwoord": "later", "terug": "2025-11-05", "bevestig": "ja"}
    post(carla, told, query)
    assert Answer.objects.filter(until=date(2025, 11, 5)).count() == 10


def test_somebody_was_first_between_looking_and_confirming(thirty, carla, finance, food_bank, worker):
    first, second, third, *_ = keys()
    unreported = reconciliation.of(DiscrepancyKind.UNREPORTED)
    told = {"words": "checked", "until": None, "by": finance, "at": at(SOON)}
    answers.answer(unreported.facts(SOON), unreported, [first], **told)
    serial = unreported.facts(SOON).get(pk=second).voucher_id
    handout.hand_out(food_bank, [SerialRange(serial, serial)], on=DAY, by=worker, at=at(SOON))
    page = post(carla, {"pks": f"{first},{second},{third}", "antwoord": "checked", "bevestig": "ja"})
    assert "Niet alles is beantwoord" in page.text
    assert "Frank was u voor" in page.text
    assert "de gegevens kloppen inmiddels" in page.text
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"antwoord": "checked"},  # nothing ticked
        {"rij": "KEY"},  # no answer
        {"rij": "KEY", "antwoord": "copy"},
        {"rij": "KEY", "antwoord": "later", "terug": "2025-10-01"},
        {"rij": "KEY", "antwoord": "later", "terug": "morgen"},
        {"rij": "KEY", "antwoord": "checked", "terug": "2025-11-01"},
        {"pks": "1;DROP, ²,999999999999999999999", "antwoord": "checked", "bevestig": "ja"},
    ],
)
def test_bad_input_says_what_is_wrong_and_keeps_the_ticks(thirty, carla, typed):
    key = str(keys()[0])
    answer = post(carla, {name: key if value == "KEY" else value for name, value in typed.items()})
    assert answer.status_code == 422
    if "rij" in typed:
        assert f'name="rij" value="{key}" checked' in answer.text
    assert not Answer.objects.exists()


def test_a_strange_key_is_no_row(thirty, carla):
    page = post(carla, {"pks": "987654", "antwoord": "checked", "bevestig": "ja"})
    assert "Er is niets beantwoord" in page.text


def test_the_file_holds_what_the_filter_shows_and_no_formula(thirty, carla, food_bank, coordinator):
    type(food_bank).objects.filter(pk=food_bank.pk).update(name="=HYPERLINK(A1)")
    csv = carla.get(reverse("cubiss:discrepancies_file", args=["csv"]) + "?soort=niet-gemeld&tot=2025-10-02")
    lines = csv.content.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 11
    assert "'=HYPERLINK" in lines[1]
    xlsx = carla.get(reverse("cubiss:discrepancies_file", args=["xlsx"]) + "?soort=niet-gemeld&stand=beantwoord")
    assert load_workbook(io.BytesIO(xlsx.content)).active.max_row == 1
    assert carla.get(reverse("cubiss:discrepancies_file", args=["exe"])).status_code == 404


def test_one_row_with_its_history_and_taking_an_answer_back(thirty, carla, coordinator):
    first = keys()[0]
    url = reverse("cubiss:discrepancy", args=["niet-gemeld", first])
    assert "Geef een antwoord" in carla.get(url).text
    post(carla, {"pks": str(first), "antwoord": "checked", "bevestig": "ja"})
    assert "Nagegaan: klopt zo" in carla.get(url).text
    carla.post(reverse("cubiss:answer_revoke", args=[Answer.objects.get().pk]), {"reden": "correction"})
    assert "Ingetrokken door Carla" in carla.get(url).text
    assert first in keys()
    again = carla.post(reverse("cubiss:answer_revoke", args=[Answer.objects.get().pk]), {"reden": "x"}, follow=True)
    assert "Kies waarom" in again.text
    assert carla.get(reverse("cubiss:discrepancy", args=["niet-gemeld", 987654])).status_code == 404
    assert carla.get(reverse("cubiss:discrepancy", args=["bestaat-niet", first])).status_code == 404


def test_answered_ones_stay_to_be_found(thirty, carla):
    first = keys()[0]
    post(carla, {"pks": str(first), "antwoord": "checked", "bevestig": "ja"})
    shown = carla.get(reverse("cubiss:discrepancies") + "?soort=niet-gemeld&stand=beantwoord").text
    assert "Nagegaan: klopt zo" in shown
    assert "1 beantwoord" in shown


@pytest.mark.parametrize(
    "query",
    ["?soort=niet-gemeld&ouder=x&organisatie=99999&spoor=12&van=gisteren&volgorde=willekeurig&stand=boos", "?page=zz"],
)
def test_a_strange_filter_shows_everything(thirty, rik, query):
    assert "30 open" in rik.get(reverse("cubiss:discrepancies") + query).text


def test_the_reader_sees_and_cannot_answer(thirty, rik):
    assert "Beantwoord wat u koos" not in rik.get(reverse("cubiss:discrepancies")).text
    assert post(rik, {"rij": keys()[0], "antwoord": "checked"}).status_code == 403


def test_as_many_questions_for_two_rows_as_for_many(thirty, rik):
    """No question per row: the page asks the same for two rows as for twenty-five."""

    def asked(query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert rik.get(reverse("cubiss:discrepancies") + query).status_code == 200
        return len(queries)

    asked("?soort=niet-gemeld")
    first = keys()
    assert asked("?soort=niet-gemeld") == asked("?soort=niet-gemeld&van=2025-10-04") <= 25
    assert len(first) == 30


def test_the_page_of_reminders(thirty, carla, rik, food_bank):
    url = reverse("cubiss:discrepancy_reminders")
    shown = carla.get(url).text
    assert food_bank.name in shown
    assert "nog geen" in shown
    sent = carla.post(reverse("cubiss:discrepancy_reminder_send", args=[food_bank.slug]), follow=True)
    assert "gaat binnen tien minuten weg" in sent.text
    assert Reminder.objects.get().asked_by.name == "Carla"
    again = carla.post(reverse("cubiss:discrepancy_reminder_send", args=[food_bank.slug]), follow=True)
    assert "kreeg vandaag al een herinnering" in again.text
    assert "Eerste herinnering" in rik.get(url).text
    days = {"first_after": "21", "second_after": "14", "third_after": "14"}
    assert rik.post(url, days).status_code == 403
    assert carla.post(url, days | {"second_after": "2"}).status_code == 422
    assert carla.post(url, days).status_code == 302
    assert ReminderPlan.current().first_after == 21
