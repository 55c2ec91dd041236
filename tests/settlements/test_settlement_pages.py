"""The office's pages about money: who sees what, what can be pressed, and what is answered when it cannot."""

import hashlib
import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kbl.fund import ledger
from kbl.fund.models import FundEntry, Instalment
from kbl.settlements import documents, statements
from kbl.settlements.models import Closing, ClosingWindow, Correction, Tariff
from libraries.enrolment import VoucherRefused
from tests.conftest import at
from tests.settlements.browsing import NOW, press, see, words
from tests.settlements.conftest import PRESSED, Q4


@pytest.fixture(autouse=True)
def a_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


# Closing


@pytest.mark.both_engines
def test_a_quarter_is_looked_at_closed_and_followed(
    busy_quarter, carla, frank, quick, workers, django_capture_on_commit_callbacks
):
    assert "klaar om te sluiten" in words(see(carla, "closings"))
    preview = words(see(carla, "closing", Q4))
    assert "€ 146,00" in preview
    assert "Sluit kwartaal" in preview

    with django_capture_on_commit_callbacks(execute=True):
        after = press(carla, "close", Q4)

    assert Closing.objects.filter(quarter=Q4).exists()
    assert after.redirect_chain == [("/cubiss/kwartalen/2025-Q4/", 302)]
    assert "VEN-2025-0001" in words(see(frank, "closing", Q4))
    assert "3 van 3" in words(see(frank, "closings"))


def test_the_page_follows_a_closing_that_is_under_way(busy_quarter, carla, coordinator, monkeypatch):
    monkeypatch.setattr("kbl.settlements.chain._start", lambda work: None)
    assert "Het kwartaal wordt gesloten" in words(press(carla, "close", Q4))
    progress = see(carla, "closing_progress", Q4, gesloten="0")
    assert "HX-Refresh" not in progress
    assert "Sluit kwartaal" not in words(see(carla, "closing", Q4))


def test_the_page_comes_anew_when_the_closing_is_there(closed, carla):
    assert see(carla, "closing_progress", Q4, gesloten="0")["HX-Refresh"] == "true"
    progress = see(carla, "closing_progress", Q4, gesloten="1")
    assert "HX-Refresh" not in progress
    assert "0 van 3" in words(progress)


def test_a_refusal_of_the_workers_is_told(busy_quarter, carla):
    ClosingWindow.objects.create(quarter=Q4, opened_at=PRESSED, requested_at=PRESSED, refused="no_iban")
    assert "Sluiten is niet gelukt" in words(see(carla, "closing", Q4))


def test_a_quarter_that_is_not_over_shows_its_stand_and_refuses(busy_quarter, carla):
    with time_machine.travel(at(date(2025, 12, 30)), tick=False):
        page = words(see(carla, "closing", Q4))
        assert "loopt nog" in page
        assert "Sluit kwartaal" not in page
        assert "sluiten kan vanaf 1 januari 2026" in words(press(carla, "close", Q4))
    assert not Closing.objects.filter(quarter=Q4).exists()


def test_what_stops_the_closing_is_told_before_it_is_pressed(busy_quarter, carla, venlo):
    venlo.iban = ""
    venlo.save()
    page = words(see(carla, "closing", Q4))
    assert "Rekeningnummer ontbreekt" in page
    assert "Sluit kwartaal" not in page

    Tariff.objects.filter(kind="handling").delete()
    assert "geen tarief voor een uitreiking op 2 oktober 2025" in words(see(carla, "closing", Q4))


def test_the_preview_stands_beside_the_quarter_before(closed, coordinator, log_in):
    with time_machine.travel(at(date(2026, 4, 12)), tick=False):
        page = words(see(log_in(coordinator), "closing", Q4.next))
    assert "Bibliotheek Venlo nulopgave 0 € 0,00 € 126,00 € 0,00" in page


def test_a_reader_looks_and_does_not_close(busy_quarter, rik):
    assert "De coördinator of de financiële medewerker sluit" in words(see(rik, "closing", Q4))
    refused = press(rik, "close", Q4)
    assert refused.status_code == 403
    assert "U kunt wel alles bekijken" in words(refused)


@pytest.mark.parametrize("quarter", ["2024-Q4", "2026-Q2"])
def test_a_quarter_outside_the_programme_or_to_come_is_not_there(quarter, programme, carla):
    assert carla.get(f"/cubiss/kwartalen/{quarter}/").status_code == 404
    assert carla.get(f"/cubiss/kwartalen/{quarter}/voortgang/").status_code == 404


# A statement


@pytest.mark.both_engines
def test_agreement_on_behalf_and_approval_take_two_people(invoice, carla, frank):
    assert "akkoord van Bibliotheek Venlo is vastgelegd" in words(press(carla, "statement_confirm", invoice.pk))
    assert press(carla, "statement_approve", invoice.pk).status_code == 403
    assert "op het fonds geboekt" in words(press(frank, "statement_approve", invoice.pk))
    assert ledger.spent() == Decimal("126.00")
    assert "al goedgekeurd" in words(press(frank, "statement_approve", invoice.pk))


def test_who_agreed_is_told_to_ask_a_colleague(invoice, frank, finance):
    statements.confirm(invoice, by=finance, at=NOW)
    assert "vraag een collega" in words(press(frank, "statement_approve", invoice.pk))
    assert not FundEntry.objects.exists()


def test_all_with_an_agreement_are_approved_at_once(closed, invoice, carla, frank, manager):
    assert "Er was geen afrekening met een akkoord" in words(press(frank, "approve_all", Q4))
    statements.confirm(invoice, by=manager, at=NOW)
    assert "1 afrekening is goedgekeurd" in words(press(frank, "approve_all", Q4))
    assert press(carla, "approve_all", Q4).status_code == 403


def test_a_statement_names_its_numbers(invoice, rik, carla):
    page = words(see(rik, "statement", invoice.pk))
    for line in invoice.lines.all():
        assert f"{line.serial:07}" in page
    assert "Corrigeer" not in page
    assert "Corrigeer" in words(see(carla, "statement", invoice.pk))


def test_a_line_is_corrected_with_a_reason(invoice, carla):
    line = invoice.lines.first()
    address = ("line_correct", invoice.pk, line.pk)
    assert "inschrijving vervalt" in words(see(carla, *address))
    without = press(carla, *address)
    assert without.status_code == 422
    assert "Kies een reden" in words(without)
    assert "verrekend bij de volgende sluiting" in words(press(carla, *address, reason="twice"))
    assert Correction.objects.get().line == line
    assert "al gecorrigeerd" in words(press(carla, *address, reason="twice"))
    assert carla.get(f"/cubiss/kwartalen/afrekeningen/{invoice.pk + 1}/regels/{line.pk}/corrigeren/").status_code == 404


def test_a_download_gives_the_kept_bytes(closed, invoice, quick, rik):
    documents.make_all(closed, at=NOW)
    document = invoice.document
    answer = see(rik, "document", document.pk)
    assert answer.content == bytes(document.content)
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["Content-Disposition"] == f'attachment; filename="{document.filename}"'
    again = rik.get(reverse("cubiss:document", args=[document.pk]), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


# The fund


@pytest.fixture
def instalment(programme) -> Instalment:
    return Instalment.objects.create(description="2026, termijn 1", due_on=date(2026, 1, 15), amount=Decimal(130_750))


@pytest.mark.both_engines
def test_a_payment_is_booked_and_taken_back(instalment, frank):
    address = ("fund_receive", instalment.pk)
    assert 'value="130750,00"' in see(frank, *address).content.decode()
    assert "is geboekt" in words(press(frank, *address, amount="€ 130.750", on="2026-01-16"))
    assert ledger.received() == 130_750
    twice = press(frank, *address, amount="130750,00", on="2026-01-16")
    assert twice.status_code == 422
    assert "staat al in het fonds" in words(twice)
    entry = FundEntry.objects.get()
    assert "Beide regels blijven" in words(press(frank, "fund_reverse", entry.pk))
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


def test_other_costs_are_booked_once_per_reference(programme, frank):
    cost = {"amount": "2.500,00", "description": "Aanpassing formulier", "reference": "F 2025 17", "on": "2025-11-03"}
    assert "De kosten zijn geboekt" in words(press(frank, "fund_cost", **cost))
    assert ledger.spent() == 2_500
    again = press(frank, "fund_cost", **cost | {"reference": "f  2025 17"})
    assert again.status_code == 422
    assert "al geboekt" in words(again)


@pytest.mark.parametrize(
    "text", ["bel 06 12345678", "jan@voorbeeld.example", "BSN 111222333", "NL91 ABNA 0417 1643 00"]
)
def test_a_description_holds_nothing_about_a_person(text, programme, frank):
    answer = press(frank, "fund_cost", amount="1", description=text, reference="F1", on="2025-11-03")
    assert answer.status_code == 422
    assert not FundEntry.objects.exists()


def test_the_fund_is_seen_on_any_day(closed, instalment, rik, finance):
    ledger.receive(instalment, amount=Decimal(100), on=date(2026, 1, 15), by=finance, at=NOW)
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
    Tariff.objects.filter(kind="handling").delete()
    assert "Er is geen tarief voor een uitreiking" in words(see(frank, "fund"))


def test_the_ledger_carries_its_balance(instalment, frank, finance):
    for step in range(30):
        ledger.receive(instalment, amount=Decimal(step + 1), on=date(2026, 1, 1), by=finance, at=NOW)
    assert "€ 30,00 € 465,00" in words(see(frank, "fund"))
    assert "€ 1,00 € 1,00" in words(see(frank, "fund", page="2"))


# Discrepancies


def test_discrepancies_show_the_serial_and_never_in_an_address(voucher, venlo, enrol, landgraaf, rik):
    enrol(venlo, voucher.pk, date(2025, 10, 2))
    with pytest.raises(VoucherRefused):
        enrol(landgraaf, voucher.pk, date(2025, 10, 3))
    page = see(rik, "discrepancies")
    assert f"{voucher.pk:07}" in words(page)
    assert "Vraag de intermediair om de uitreiking te melden" in words(page)
    twice = see(rik, "discrepancies", soort="twee-keer")
    assert "Eerder ingewisseld bij Bibliotheek Venlo" in words(twice)
    for href in re.findall(r'href="([^"]*)"', page.content.decode() + twice.content.decode()):
        assert f"{voucher.pk:07}" not in href
    assert see(rik, "discrepancies", soort="bestaat-niet").status_code == 404


def test_the_same_number_of_questions_for_one_row_and_for_many(food_bank, worker, give, rik):
    give(food_bank, worker, 1, date(2025, 10, 2))
    assert see(rik, "discrepancies", soort="niet-ingewisseld").status_code == 200
    with CaptureQueriesContext(connection) as few:
        see(rik, "discrepancies", soort="niet-ingewisseld")
    give(food_bank, worker, 20, date(2025, 10, 2))
    with CaptureQueriesContext(connection) as many:
        see(rik, "discrepancies", soort="niet-ingewisseld")
    assert len(few) == len(many)
