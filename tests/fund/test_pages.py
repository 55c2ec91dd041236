"""The fund's pages: what is shown on any day, what can be booked, and what is answered when it cannot."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kbl.fund import ledger
from kbl.fund.models import BudgetLine, Cost, Evidence, FundEntry, Instalment, LedgerAccount
from kbl.second_person.models import PendingChange
from kbl.settlements.models import Tariff
from tests import by_two
from tests.by_two import agree
from tests.fund import papers
from tests.settlements.browsing import NOW, press, see, words


@pytest.fixture(autouse=True)
def a_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def instalment(programme) -> Instalment:
    return Instalment.objects.create(description="2026, termijn 1", due_on=date(2026, 1, 15), amount=Decimal(130_750))


def upload(content: bytes | None = None, name: str = "factuur.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.pdf() if content is None else content)


COST = {
    "post": "2.2",
    "year": "2025",
    "amount": "2.500,00",
    "description": "Drukwerk toolkit",
    "supplier": "Drukkerij De Maas",
    "reference": "F 2025 17",
    "on": "2025-11-03",
}


# Instalments


@pytest.mark.both_engines
def test_a_payment_is_booked_and_taken_back(instalment, frank, coordinator):
    """Asked by one, there once another agreed; until then the fund says that it waits, and counts nothing."""
    address = ("fund_receive", instalment.pk)
    assert 'value="130750,00"' in see(frank, *address).content.decode()
    asked = words(press(frank, *address, amount="€ 130.750", on="2026-01-16"))
    assert "wacht op een tweede persoon: Carla (carla@voorbeeld.example)" in asked
    assert "€ 130.750,00 ontvangen gevraagd door Frank (frank@voorbeeld.example)" in asked
    again = press(frank, *address, amount="130750,00", on="2026-01-16")
    assert (again.status_code, "Dit is al gevraagd" in words(again)) == (422, True)
    assert 'value="130750,00"' in again.content.decode()
    assert ledger.received() == 0
    agree(coordinator, at=NOW)
    assert ledger.received() == 130_750
    twice = press(frank, *address, amount="130750,00", on="2026-01-16")
    assert twice.status_code == 422
    assert "staat al in het lidmaatschapsfonds" in words(twice)
    entry = FundEntry.objects.get()
    assert entry.recorded_by.name == "Frank"
    assert "beide regels blijven" in words(press(frank, "fund_reverse", entry.pk))
    assert ledger.balance() == 130_750
    agree(coordinator, at=NOW)
    assert "al teruggeboekt" in words(press(frank, "fund_reverse", entry.pk))
    assert ledger.balance() == 0


@pytest.mark.parametrize(
    ("data", "words_"),
    [
        ({"amount": "veel", "on": "2026-01-16"}, "Dit is geen bedrag"),
        ({"amount": "-5", "on": "2026-01-16"}, "meer dan nul"),
        ({"amount": "0", "on": "2026-01-16"}, "meer dan nul"),
        ({"amount": "NaN", "on": "2026-01-16"}, "Dit is geen bedrag"),
        ({"amount": "", "on": ""}, "Vul het bedrag in"),
        ({"amount": "10", "on": "2026-01-21"}, "nog niet geweest"),
        ({"amount": "10", "on": "gisteren"}, "Kies een dag"),
        ({"amount": "99999999999999", "on": "2026-01-16"}, "cijfers"),
    ],
)
def test_bad_input_loses_nothing_and_books_nothing(data, words_, instalment, frank):
    answer = press(frank, "fund_receive", instalment.pk, **data)
    assert answer.status_code == 422
    assert words_ in words(answer)
    assert f'value="{data["amount"]}"' in answer.content.decode() or not data["amount"]
    assert not FundEntry.objects.exists()


@pytest.mark.both_engines
def test_an_instalment_is_agreed_once(plan, frank):
    agreed = {"description": "2026, termijn 2", "due_on": "2026-07-15", "amount": "130.750"}
    assert "€ 946.500,00" in words(see(frank, "fund_instalment"))
    assert "staat erbij" in words(press(frank, "fund_instalment", **agreed))
    again = press(frank, "fund_instalment", **agreed)
    assert again.status_code == 422
    assert "staat er al" in words(again)
    assert Instalment.objects.get().amount == 130_750


@pytest.mark.parametrize(
    ("change", "words_"),
    [
        ({"amount": "0"}, "meer dan nul"),
        ({"amount": "x"}, "Dit is geen bedrag"),
        ({"due_on": "2062-07-15"}, "ver buiten het programma"),
        ({"due_on": ""}, "Kies de dag"),
        ({"description": ""}, "Geef de termijn een naam"),
        ({"description": "bel 06 12345678"}, "telefoonnummer"),
    ],
)
def test_an_instalment_that_cannot_be_is_told(change, words_, plan, frank):
    given = {"description": "Termijn", "due_on": "2026-07-15", "amount": "10"} | change
    answer = press(frank, "fund_instalment", **given)
    assert (answer.status_code, words_ in words(answer)) == (422, True)
    assert f'value="{given["description"]}"' in answer.content.decode() or not given["description"]
    assert not Instalment.objects.exists()


def test_a_late_instalment_says_for_how_long_and_how_much(instalment, finance, rik):
    by_two.receive(instalment, amount=Decimal(100_000), on=date(2026, 1, 16), by=finance, at=NOW)
    page = words(see(rik, "fund"))
    assert "€ 30.750,00 open, al 5 dagen" in page
    assert "€ 30.750,00 te laat" in page
    assert "Het lidmaatschapsfonds wacht nog op € 30.750,00" in words(see(rik, "home"))
    assert "te laat" not in words(see(rik, "fund", op="2026-01-15"))
    by_two.receive(instalment, amount=Decimal(30_750), on=date(2026, 1, 17), by=finance, at=NOW)
    assert "Het lidmaatschapsfonds wacht" not in words(see(rik, "home"))


# Any day


def test_the_fund_is_seen_on_any_day(closed, instalment, rik, finance):
    by_two.receive(instalment, amount=Decimal(100), on=date(2026, 1, 15), by=finance, at=NOW)
    today = words(see(rik, "fund"))
    assert "Nog goed te keuren Afrekeningen van gesloten kwartalen, nog niet goedgekeurd € 146,00" in today
    assert "In het fonds € 100,00" in today
    earlier = words(see(rik, "fund", op="2026-01-11"))
    assert "In het fonds € 0,00" in earlier
    assert "nog op geen afrekening € 146,00" in earlier
    assert "nog niet geweest" in words(see(rik, "fund", op="2026-02-01"))
    assert "Kies een dag" in words(see(rik, "fund", op="morgen"))
    assert "Ontvangen boeken" not in today
    assert press(rik, "fund_cost").status_code == 403


def test_the_fund_tells_when_a_tariff_is_missing(busy_quarter, frank):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    assert "Er is geen tarief voor een uitreiking" in words(see(frank, "fund"))


def test_the_ledger_carries_its_balance(instalment, frank, finance):
    for step in range(30):
        by_two.receive(instalment, amount=Decimal(step + 1), on=date(2026, 1, 1), by=finance, at=NOW)
    assert "€ 30,00 € 465,00" in words(see(frank, "fund"))
    assert "€ 1,00 € 1,00" in words(see(frank, "fund", page="2"))


def test_a_fund_that_runs_low_is_told_with_its_denominator(plan, closed, rik):
    assert "Het fonds raakt op" not in words(see(rik, "fund"))
    assert "€ 146,00 van € 946.500,00 (0,0 %)" in words(see(rik, "fund"))
    BudgetLine.objects.filter(post__in=["5.2", "5.3"]).delete()
    BudgetLine.objects.filter(post="5.1", year=2025).update(amount=170)
    page = words(see(rik, "fund"))
    assert "Het fonds raakt op" in page
    assert "Van het lidmaatschapsfonds in 2025 is 85,9 % uitgegeven of toegezegd: € 146,00 van € 170,00." in page
    assert "Van het hele lidmaatschapsfonds" not in page
    home = words(see(rik, "home"))
    assert "Van het lidmaatschapsfonds in 2025" not in home, "its last quarter is closed: nothing can be done"
    BudgetLine.objects.exclude(year=2025).filter(post="5.1").update(amount=0)
    told = "Van het hele lidmaatschapsfonds is 85,9 % uitgegeven of toegezegd € 146,00 van € 170,00"
    assert told in words(see(rik, "home"))
    assert "Het fonds raakt op" not in words(see(rik, "fund", op="2025-10-01"))


# Costs


@pytest.mark.both_engines
def test_a_cost_is_booked_with_its_document_and_taken_back(plan, frank, coordinator):
    asked = words(press(frank, "fund_cost", **COST, document=upload()))
    assert "€ 2.500,00 op post 2.2 van 2025 gevraagd door Frank (frank@voorbeeld.example)" in asked
    assert "Nog geen kosten" in asked
    assert not Cost.objects.exists()
    agree(coordinator, at=NOW)
    cost = Cost.objects.get()
    listed = words(see(frank, "fund_costs"))
    assert "2.2, 2025 Drukwerk toolkit Drukkerij De Maas, geboekt door Frank factuur.pdf € 2.500,00" in listed
    assert "€ 2.500,00" in words(see(frank, "fund_budget", jaar="2025"))
    assert "beide regels blijven" in words(press(frank, "fund_cost_back", cost.pk))
    assert "Totaal € 2.500,00" in words(see(frank, "fund_costs"))
    agree(coordinator, at=NOW)
    assert "al teruggeboekt" in words(press(frank, "fund_cost_back", cost.pk))
    assert "Totaal € 0,00" in words(see(frank, "fund_costs"))


@pytest.mark.both_engines
def test_a_cost_of_the_fund_is_booked_once_per_reference(plan, frank, coordinator):
    cost = COST | {"post": "5.3"}
    assert "op post 5.3" in words(press(frank, "fund_cost", **cost, document=upload()))
    waits = press(frank, "fund_cost", **cost | {"reference": "f 2025  17"}, document=upload(papers.picture(), "b.png"))
    assert (waits.status_code, ledger.spent(), Evidence.objects.count()) == (422, 0, 1)
    agree(coordinator, at=NOW)
    assert ledger.spent() == 2_500
    again = press(frank, "fund_cost", **cost | {"reference": "f  2025 17"}, document=upload())
    assert again.status_code == 422
    assert "al geboekt" in words(again)
    assert "bewijsstuk" in words(see(frank, "fund"))
    assert "5.3, 2025" in words(see(frank, "fund_costs", post="5", jaar="2025"))
    assert "5.3, 2025" not in words(see(frank, "fund_costs", post="2"))


@pytest.mark.parametrize(
    ("change", "words_"),
    [
        ({"post": ""}, "Kies een post"),
        ({"post": "5.1"}, "Kies een post uit de lijst"),
        ({"year": "2024"}, "Kies een jaar uit de lijst"),
        ({"post": "5.3", "year": "2026"}, "geen regel in de begroting"),
        ({"amount": "-1"}, "meer dan nul"),
        ({"on": "2026-01-21"}, "nog niet geweest"),
        ({"supplier": ""}, "van welke organisatie"),
        ({"supplier": "jan@voorbeeld.example"}, "e-mailadres"),
        ({"description": "bel 06 12345678"}, "telefoonnummer"),
        ({"description": "BSN 111222333"}, "BSN"),
        ({"reference": "NL91 ABNA 0417 1643 00"}, "rekeningnummer"),
    ],
)
def test_a_wrong_field_books_nothing_and_keeps_what_was_typed(change, words_, plan, frank):
    given = COST | change
    answer = press(frank, "fund_cost", **given, document=upload())
    assert (answer.status_code, words_ in words(answer)) == (422, True)
    assert "Kies het bewijsstuk nog een keer" in words(answer)
    assert not (Cost.objects.exists() or FundEntry.objects.exists() or Evidence.objects.exists())
    for name in ("description", "supplier", "reference", "on"):
        assert f'value="{given[name]}"' in answer.content.decode() or not given[name]


@pytest.mark.parametrize("name", papers.HOSTILE)
def test_a_hostile_file_is_a_sentence_and_nothing_is_kept(name, plan, frank):
    content, _ = papers.hostile(name)
    answer = press(frank, "fund_cost", **COST, document=upload(content))
    assert answer.status_code == 422
    assert "Drukwerk toolkit" in answer.content.decode()
    assert 'id="id_document_error"' in answer.content.decode()
    assert not (Cost.objects.exists() or Evidence.objects.exists())


def test_a_document_is_not_kept_when_its_cost_is_not_booked(plan, frank, monkeypatch):
    """Between the look at the form and the booking a colleague was first."""
    with monkeypatch.context() as raced:
        raced.setattr("kbl.settlements.office.fund_forms.costs.free_reference", lambda reference: reference)
        assert "op post 2.2" in words(press(frank, "fund_cost", **COST, document=upload()))
        again = press(frank, "fund_cost", **COST, document=upload(papers.picture(), "andere.png"))
    assert again.status_code == 422
    assert "staat al in het lidmaatschapsfonds" in words(again)
    assert (PendingChange.objects.count(), Evidence.objects.count()) == (1, 1)


def test_without_a_document_nothing_is_booked(plan, frank):
    assert "Kies het bewijsstuk" in words(press(frank, "fund_cost", **COST))
    assert not Cost.objects.exists()


def test_a_document_is_handed_over_as_a_file_and_never_as_a_page(pay, proof, rik):
    pay(2025, "2.2", 100)
    answer = see(rik, "fund_evidence", proof.pk)
    assert answer.content == papers.pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="factuur-17.pdf"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    again = rik.get(reverse("cubiss:fund_evidence", args=[proof.pk]), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_list_asks_as_much_for_one_cost_as_for_twenty(pay, rik):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            see(rik, "fund_costs")
        return len(asked)

    pay(2025, "2.2", 1, "A0")
    pay(2025, "5.3", 1, "B0")
    few = queries()
    for step in range(1, 10):
        pay(2025, "2.2", 1, f"A{step}x")
        pay(2025, "5.3", 1, f"B{step}x")
    assert queries() == few


# Budget and realisation


def test_the_budget_page_has_the_figures_of_the_plan(plan, rik):
    page = words(see(rik, "fund_budget"))
    for figures in (
        "275.280 0 665.100 0 980.300 0 1.920.680 0 0 1.920.680 0,0 %",
        "94.500 0 261.500 0 590.500 0 946.500 0 0 946.500 0,0 %",
        "Provincie Limburg 138.000 0 310.000 0 634.000 0 1.082.000",
    ):
        assert figures in page
    one = words(see(rik, "fund_budget", jaar="2026"))
    assert "Hele project € 665.100,00 € 0,00 € 0,00 € 665.100,00 0,0 %" in one
    assert "5.1 Vergoeding lidmaatschappen Provincie Limburg € 247.500,00" in one


def test_the_budget_of_a_day_or_year_that_cannot_be_is_told(plan, rik):
    assert "nog niet geweest" in words(see(rik, "fund_budget", op="2026-02-01"))
    assert "Kies een jaar uit de lijst" in words(see(rik, "fund_budget", jaar="1999"))


def test_the_budget_without_a_programme_file_says_so(programme, rik):
    assert "Nog geen begroting" in words(see(rik, "fund_budget"))


def test_the_budget_as_a_file(pay, rik):
    pay(2025, "2.2", "24000.50")
    content = see(rik, "fund_budget_file", "csv").content.decode("utf-8-sig")
    rows = [line.split(";") for line in content.splitlines()]
    assert rows[0][:7] == [
        "soort",
        "post",
        "omschrijving",
        "dekking",
        "begroot 2025",
        "gerealiseerd 2025",
        "toegezegd 2025",
    ]
    toolkit = next(row for row in rows if row[1] == "2.2")
    assert toolkit[4:6] == ["25000,00", "24000,50"]
    whole = next(row for row in rows if row[0] == "totaal")
    assert whole[13] == "1920680,00"
    assert sum(1 for row in rows if row[0] == "dekking") == 4
    assert see(rik, "fund_budget_file", "xlsx").content.startswith(b"PK")


# The journal


def test_the_journal_of_a_quarter_and_its_file(pay, rik):
    pay(2025, "2.2", 100)
    page = words(see(rik, "journal"))
    assert "van 1 oktober 2025 tot en met 31 december 2025" in page
    assert "In evenwicht € 100,00 € 100,00" in page
    assert "loopt nog" in words(see(rik, "journal", van="2026-01-01", tot="2026-01-20"))
    file = see(rik, "journal_file", "csv", van="2025-10-01", tot="2025-12-31")
    assert file["Content-Disposition"] == 'attachment; filename="kbl-journaal-2025-10-01-2025-12-31.csv"'
    assert file.content.count(b"\r\n") == 3
    assert "Geen boekingen" in words(see(rik, "journal", van="2025-01-01", tot="2025-01-31"))


@pytest.mark.parametrize(
    ("period", "words_"),
    [
        ({"van": "2026-01-10", "tot": "2026-01-01"}, "Draai ze om"),
        ({"van": "2026-01-10", "tot": "2026-03-01"}, "nog niet geweest"),
        ({"van": "gisteren", "tot": "2026-01-01"}, "Kies een dag"),
        ({"van": "2026-01-10"}, "Kies de dag"),
    ],
)
def test_a_period_that_is_none_is_told(period, words_, programme, rik):
    assert words_ in words(see(rik, "journal", **period))
    sent_back = rik.get(reverse("cubiss:journal_file", args=["csv"]), period, follow=True)
    assert words_ in words(sent_back)


@pytest.mark.both_engines
def test_the_accounts_are_those_of_cubiss_own_books(pay, frank, rik):
    pay(2025, "2.2", 100)
    codes = {name: field.initial for name, field in see(frank, "ledger_accounts").context["form"].fields.items()}
    assert codes["first_day"] == date(2025, 1, 1)
    assert "opgeslagen" in words(press(frank, "ledger_accounts", **codes | {"post_2": "4299"}))
    assert LedgerAccount.objects.get().code == "4299"
    assert "4299" in words(see(rik, "journal"))
    assert "Er is niets veranderd" in words(press(frank, "ledger_accounts", **codes | {"post_2": "4299"}))
    wrong = press(frank, "ledger_accounts", **codes | {"bank": "", "fees": "=1+1"})
    assert wrong.status_code == 422
    assert "anders klopt de boeking niet" in words(wrong)
    assert "Alleen cijfers, letters en punten" in words(wrong)
    assert press(rik, "ledger_accounts", **codes).status_code == 403
    assert "Opslaan" not in words(see(rik, "ledger_accounts"))
