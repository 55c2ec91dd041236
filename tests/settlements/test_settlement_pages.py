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
from kbl.fund.models import FundEntry
from kbl.second_person.models import PendingChange
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, ClosingWindow, Correction, Tariff
from kbl.settlements.statements import steps
from libraries.enrolment import VoucherRefused
from tests import by_two
from tests.conftest import at
from tests.settlements.browsing import NOW, press, see, words
from tests.settlements.conftest import PRESSED, Q4
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))


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
    monkeypatch.setattr("kbl.settlements.closing.after_closing._start", lambda work: None)
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
    assert "Bibliotheek Venlo : rekeningnummer (IBAN) ontbreekt" in page
    assert "Sluit kwartaal" not in page

    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    assert "geen tarief voor een uitreiking op 2 oktober 2025" in words(see(carla, "closing", Q4))


def test_the_preview_stands_beside_the_quarter_before(closed, coordinator, log_in):
    with time_machine.travel(at(date(2026, 4, 12)), tick=False):
        page = words(see(log_in(coordinator), "closing", Q4.next))
    assert "Bibliotheek Venlo nulopgave grote verandering niets gemeld 0 € 0,00" in page
    assert "€ 0,00 −€ 126,00 −3 regels, was € 126,00 € 0,00" in page


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
    assert "op het lidmaatschapsfonds geboekt" in words(press(frank, "statement_approve", invoice.pk))
    assert ledger.spent() == Decimal("126.00")
    assert "al goedgekeurd" in words(press(frank, "statement_approve", invoice.pk))


def test_who_agreed_is_told_to_ask_a_colleague(invoice, frank, finance):
    steps.confirm(invoice, by=finance, at=NOW)
    assert "vraag een collega" in words(press(frank, "statement_approve", invoice.pk))
    assert not FundEntry.objects.exists()


def test_all_with_an_agreement_are_approved_at_once(closed, invoice, carla, frank, manager):
    assert "Er was geen afrekening met een akkoord" in words(press(frank, "approve_all", Q4))
    steps.confirm(invoice, by=manager, at=NOW)
    assert "1 afrekening is goedgekeurd" in words(press(frank, "approve_all", Q4))
    assert press(carla, "approve_all", Q4).status_code == 403


def test_a_statement_names_its_numbers(invoice, rik, carla):
    page = words(see(rik, "statement", invoice.pk))
    for line in invoice.lines.all():
        assert f"{line.serial:07}" in page
    assert "Corrigeer" not in page
    assert "Corrigeer" in words(see(carla, "statement", invoice.pk))


def test_a_line_is_corrected_with_a_reason(invoice, carla, frank, finance, rik):
    """Carla asks, Frank agrees: until then nothing is taken back, and the statement says what waits and of whom."""
    line = invoice.lines.first()
    address = ("line_correct", invoice.pk, line.pk)
    assert "inschrijving vervalt" in words(see(carla, *address))
    without = press(carla, *address)
    assert without.status_code == 422
    assert "Kies een reden" in words(without)
    asked = words(press(carla, *address, reason="twice"))
    assert "wacht op een tweede persoon: Frank (frank@voorbeeld.example)" in asked
    assert "correctie gevraagd door Carla (carla@voorbeeld.example)" in asked
    assert "al gevraagd" in words(press(frank, *address, reason="wrong_date"))
    assert "correctie gevraagd" in words(see(rik, "statement", invoice.pk))
    assert not Correction.objects.exists() and line.membership_year.revoked_at is None
    change = PendingChange.objects.get(decided_at__isnull=True)
    assert "U vroeg dit zelf" in words(press(carla, "pending_change_decide", change.pk, answer="yes"))
    assert not Correction.objects.exists()
    assert "goedgekeurd" in words(press(frank, "pending_change_decide", change.pk, answer="yes"))
    assert (Correction.objects.get().line, Correction.objects.get().by.name) == (line, "Carla")
    assert "verrekend bij de volgende sluiting" in words(see(carla, "statement", invoice.pk))
    assert "al gecorrigeerd" in words(press(carla, *address, reason="twice"))
    assert carla.get(f"/cubiss/kwartalen/afrekeningen/{invoice.pk + 1}/regels/{line.pk}/corrigeren/").status_code == 404


def test_a_download_gives_the_kept_bytes(closed, invoice, quick, rik):
    issuing.make_all(closed, at=NOW)
    document = invoice.document
    answer = see(rik, "document", document.pk)
    assert answer.content == bytes(document.content)
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["Content-Disposition"] == f'attachment; filename="{document.filename}"'
    again = rik.get(reverse("cubiss:document", args=[document.pk]), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


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
