"""Silence is agreement, told beforehand: the reminder, the day it names, and what is never taken for silence."""

import re
from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kbl.organisations.models import Programme
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, Reminder, Statement, StatementStep
from kbl.settlements.statements import notices, own_numbers, silence, steps
from libraries.models import Participation
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import PRESSED, Q4
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))

State, Status = Reminder.State, Statement.Status

REMINDED = at(date(2026, 1, 22), 8)  # ten days after the closing of 12 January
SILENT = at(date(2026, 2, 2), 8)  # twenty-one days after it


def by_status(closed: Closing) -> dict[str, str]:
    return {each.organisation.slug: each.status for each in closed.statements.select_related("organisation")}


@pytest.mark.both_engines
def test_who_says_nothing_is_reminded_once_and_agrees_on_the_day_that_was_told(told, venlo, mailoutbox):
    silence.watch(at=REMINDED - timedelta(days=1))
    assert not mailoutbox and not Reminder.objects.exists()
    silence.watch(at=REMINDED)
    silence.watch(at=REMINDED + timedelta(hours=1))
    assert len(mailoutbox) == 3
    (to_venlo,) = [each for each in mailoutbox if each.to == [venlo.email]]
    assert to_venlo.subject == "Herinnering: uw factuur over het 4e kwartaal 2025"
    assert "op 2 februari 2026 van uit dat u akkoord bent" in to_venlo.body
    silence.watch(at=SILENT - timedelta(days=1))
    assert set(by_status(told).values()) == {Status.DRAFT}
    silence.watch(at=SILENT)
    silence.watch(at=SILENT)
    assert set(by_status(told).values()) == {Status.CONFIRMED}
    steps = StatementStep.objects.filter(statement__closing=told)
    assert [(each.status, each.by, each.at) for each in steps] == [(Status.CONFIRMED, None, SILENT)] * 3


@pytest.mark.both_engines
def test_the_reminders_of_a_morning_are_written_at_once(told, monkeypatch):
    monkeypatch.setattr(silence, "send_waiting", lambda *, at: None)
    with CaptureQueriesContext(connection) as asked:
        silence.remind(at=REMINDED)
        silence.remind(at=REMINDED)
    written = [each for each in asked.captured_queries if each["sql"].startswith("INSERT")]
    assert (len(written), Reminder.objects.count()) == (1, 3)


def test_a_question_is_no_silence_and_neither_is_an_answer(told, venlo, food_bank, manager, worker, mailoutbox):
    invoice = told.statements.get(organisation=venlo)
    steps.dispute(invoice, reason="amount", by=manager, at=PRESSED)
    silence.watch(at=REMINDED)
    assert [each.to for each in mailoutbox if each.to == [venlo.email]] == [], "with an open question nobody is chased"
    declaration = told.statements.get(organisation=food_bank)
    steps.confirm(declaration, by=worker, at=REMINDED)
    silence.watch(at=SILENT)
    assert by_status(told)["bibliotheek-venlo"] == Status.DISPUTED
    assert StatementStep.objects.get(statement=declaration).by == worker


def test_a_question_after_the_reminder_stops_the_clock(told, venlo, manager):
    silence.watch(at=REMINDED)
    invoice = told.statements.get(organisation=venlo)
    steps.dispute(invoice, reason="amount", by=manager, at=REMINDED + timedelta(days=2))
    silence.watch(at=SILENT + timedelta(days=300))
    assert by_status(told)["bibliotheek-venlo"] == Status.DISPUTED


def test_nobody_agrees_by_silence_before_being_told(closed, quick, venlo, mailoutbox):
    by_two.mail_address(venlo, "")
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    silence.watch(at=REMINDED)
    silence.watch(at=SILENT)
    assert by_status(closed)["bibliotheek-venlo"] == Status.DRAFT
    by_two.mail_address(venlo, "nieuw@voorbeeld.example")
    notices.send_all(closed, at=SILENT)
    silence.watch(at=SILENT)
    (reminder,) = [
        each for each in mailoutbox if each.to == ["nieuw@voorbeeld.example"] and "Herinnering" in each.subject
    ]
    assert "op 9 februari 2026 van uit" in reminder.body, "a week after the reminder really went"
    silence.watch(at=SILENT + timedelta(days=6))
    assert by_status(closed)["bibliotheek-venlo"] == Status.DRAFT
    silence.watch(at=SILENT + timedelta(days=7))
    assert by_status(closed)["bibliotheek-venlo"] == Status.CONFIRMED


def test_a_reminder_that_failed_counts_from_the_day_it_went(told, monkeypatch, mailoutbox):
    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        silence.watch(at=REMINDED)
    assert set(Reminder.objects.values_list("state", flat=True)) == {State.FAILED}
    silence.watch(at=SILENT)
    assert set(by_status(told).values()) == {Status.DRAFT}, "the mail went only now"
    assert len(mailoutbox) == 3
    assert set(Reminder.objects.values_list("silence_on", flat=True)) == {date(2026, 2, 9)}
    silence.watch(at=SILENT + timedelta(days=7))
    assert set(by_status(told).values()) == {Status.CONFIRMED}


def test_the_days_are_settings_of_the_programme(told, mailoutbox):
    Programme.objects.update(reminder_after=3, silence_after=30)
    silence.watch(at=PRESSED + timedelta(days=3))
    assert "op 11 februari 2026 van uit" in mailoutbox[0].body
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.update(reminder_after=10, silence_after=16)


def test_cubiss_sets_the_days_and_hears_when_a_week_is_missing(programme, carla):
    address = reverse("admin:organisations_programme_change", args=[programme.pk])
    kept = ["name", "ends_on", "commissioner", "target_group", "closing_opens_after", "exemption_words"]
    kept += ["quarters_back", "renewal_margin", "payment_days"]
    typed = {name: getattr(programme, name) for name in kept} | {"contact_name": "", "contact_email": ""}
    refused = carla.post(address, typed | {"reminder_after": 14, "silence_after": 20}).content.decode()
    assert "Kies minstens 21: een week na de herinnering." in refused and 'value="20"' in refused
    carla.post(address, typed | {"reminder_after": 14, "silence_after": 21})
    programme.refresh_from_db()
    assert (programme.reminder_after, programme.silence_after) == (14, 21)


def test_the_first_mail_tells_it_too(closed, quick, mailoutbox):
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    assert all("op 2 februari 2026 van uit dat u akkoord bent" in each.body for each in mailoutbox)


def test_a_reminder_names_no_voucher(told, mailoutbox):
    silence.watch(at=REMINDED)
    assert mailoutbox
    assert not any(re.search(r"\d{7}", each.body.replace(str(each.body.split("/")[-2]), "")) for each in mailoutbox)


def test_a_reminder_for_who_answered_meanwhile_does_not_go(told, venlo, manager, monkeypatch, mailoutbox):
    with monkeypatch.context() as patch:
        patch.setattr(silence, "send", lambda reminder, at: None)
        silence.watch(at=REMINDED)
    steps.confirm(told.statements.get(organisation=venlo), by=manager, at=REMINDED)
    silence.send_waiting(at=REMINDED)
    assert [venlo.email] not in [each.to for each in mailoutbox] and len(mailoutbox) == 2


def test_killed_between_two_parties_the_next_morning_does_the_rest(told, monkeypatch):
    silence.watch(at=REMINDED)
    real = steps.confirm_by_silence
    seen = []

    def killed(statement, *, at):
        seen.append(statement)
        if len(seen) == 2:
            raise SystemExit
        real(statement, at=at)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(steps, "confirm_by_silence", killed)
        silence.watch(at=SILENT)
    assert sorted(by_status(told).values()) == [Status.CONFIRMED, Status.DRAFT, Status.DRAFT]
    silence.watch(at=SILENT + timedelta(days=1))
    assert StatementStep.objects.filter(statement__closing=told, status=Status.CONFIRMED).count() == 3


# --- a library that numbers its own invoices ----------------------------------------------------------------------


@pytest.fixture
def numberless(busy_quarter, venlo, close, quick, mailoutbox) -> Statement:
    """Venlo's invoice, which waits for Venlo's own number; everybody heard."""
    Participation.objects.filter(library=venlo).update(own_numbers=True)
    closed = close(Q4, date(2026, 1, 12))
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    return closed.statements.get(organisation=venlo)


@pytest.mark.both_engines
def test_silence_never_confirms_what_waits_for_its_number(numberless, manager, mailoutbox):
    first = next(each for each in mailoutbox if each.to == [numberless.organisation.email])
    assert "factuurnummer uit uw eigen boekhouding" in first.body and "van uit dat u akkoord" not in first.body
    mailoutbox.clear()
    silence.watch(at=REMINDED)
    (reminder,) = [each for each in mailoutbox if each.to == [numberless.organisation.email]]
    assert "factuurnummer uit uw eigen boekhouding" in reminder.body and "van uit dat u akkoord" not in reminder.body
    silence.watch(at=SILENT + timedelta(days=100))
    numberless.refresh_from_db()
    assert numberless.status == Status.DRAFT
    own_numbers.give(numberless, "2026-17", by=manager, at=SILENT + timedelta(days=101))
    silence.watch(at=SILENT + timedelta(days=102))
    numberless.refresh_from_db()
    assert numberless.status == Status.DRAFT, "it was never told that silence would count"


def test_who_agreed_but_gave_no_number_is_reminded_of_just_that(numberless, manager, mailoutbox):
    steps.confirm(numberless, by=manager, at=PRESSED)
    mailoutbox.clear()
    silence.watch(at=REMINDED)
    (reminder,) = [each for each in mailoutbox if each.to == [numberless.organisation.email]]
    assert "U gaf akkoord" in reminder.body and "van uit dat u akkoord" not in reminder.body
