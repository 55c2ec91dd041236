"""The outbox: a page writes a row and answers, whatever the mail server does; a worker sends it once."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kbl import clock
from kbl.accounts.models import User
from kbl.mail import outage, outbox, sending
from kbl.mail.models import Letter
from tests.conftest import at
from tests.mail import servers
from tests.mail.conftest import PASSWORD
from tests.races.support import together

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

NOW = at(date(2026, 10, 6))
MINUTE = timedelta(minutes=1)
State, Purpose = Letter.State, Letter.Purpose
RESET = "account_reset_password"
BEHAVIOURS = [servers.silent, servers.resetting, servers.refusing(550), servers.friendly]


def ask(client, address: str):
    return client.post(reverse(RESET), {"email": address})


def letter(**fields) -> Letter:
    message = EmailMessage("Een bericht", "Wat er is gebeurd.", to=["carla@voorbeeld.example"])
    outbox.post(message, Purpose.SYSTEM, at=NOW, **fields)
    return Letter.objects.latest("pk")


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=["silent", "resetting", "refusing", "friendly"])
def test_no_page_speaks_to_a_mail_server(client, desk, mail_server, behaviour):
    server = mail_server(behaviour)
    assert ask(client, desk.email).status_code == 302
    client.post(reverse("account_login"), {"login": desk.email, "password": PASSWORD})
    changed = {"oldpassword": PASSWORD, "password1": "winter-sneeuw-schaats", "password2": "winter-sneeuw-schaats"}
    assert client.post(reverse("account_change_password"), changed).status_code == 302
    assert server.visits == 0
    assert sorted(Letter.objects.values_list("purpose", "state")) == [("account", "waiting"), ("reset", "waiting")]


def test_known_and_unknown_get_the_same_answer_by_the_same_questions(client, desk, mail_server):
    server = mail_server(servers.refusing(550))
    inactive = User.objects.create_user("weg@venlo.example", PASSWORD, name="Weg", is_active=False)
    ask(client, "eerste@venlo.example")  # what is asked once per process
    told = []
    for address in (desk.email, "niemand@venlo.example", inactive.email):
        with CaptureQueriesContext(connection) as asked:
            answer = ask(client, address)
        questions = [re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in asked.captured_queries]
        page = client.get(answer.url)
        told.append(
            (
                answer.status_code,
                answer.url,
                answer.content,
                sorted(answer.headers.items()),
                re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode()),
                questions,
            )
        )
    for each in told:
        assert each == told[0]
    assert len(told[0][-1]) > 0 and not any("accounts_user" in sql for sql in told[0][-1]), "nobody is looked up"
    assert server.visits == 0


def test_an_address_of_any_length_gets_the_same_answer(client, desk):
    long_one = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example"
    assert len(long_one) > 254
    assert ask(client, long_one).status_code == ask(client, desk.email).status_code == 302


# --- secrets --------------------------------------------------------------------------------------------------------


def test_the_link_is_made_when_the_mail_goes_and_is_kept_nowhere(client, desk, mailoutbox):
    ask(client, desk.email)
    asked = Letter.objects.get()
    assert (asked.purpose, asked.subject, asked.body) == (Purpose.RESET, "", "")
    outbox.send_all(at=clock.now())
    (message,) = mailoutbox
    link = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    assert client.get(link, follow=True).status_code == 200
    sent = Letter.objects.get()
    assert (sent.state, sent.body) == (State.SENT, "")


def test_a_stranger_leaves_no_address_behind(client, desk, mailoutbox):
    ask(client, "niemand@venlo.example")
    outbox.send_all(at=clock.now())
    assert not mailoutbox and not Letter.objects.exists()


def test_a_link_that_waited_longer_than_it_would_hold_is_not_sent(client, desk, mailoutbox, settings):
    ask(client, desk.email)
    holds = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    outbox.send_all(at=clock.now() + holds + MINUTE)
    assert not mailoutbox
    assert Letter.objects.get().state == State.WAITING
    outbox.send_all(at=clock.now() + max(holds, outbox.KEPT) + MINUTE)
    assert not Letter.objects.exists(), "a month later nothing is left of it"


def test_what_a_letter_says_is_gone_once_it_was_sent_or_too_late(mailoutbox):
    sent, late = letter(), letter(lasts=timedelta(hours=1))
    Letter.objects.filter(pk=late.pk).update(state=State.FAILED, attempts=1, claimed_at=NOW + timedelta(days=1))
    outbox.send_one(sent.pk, at=NOW)
    outbox.send_all(at=NOW + timedelta(hours=1))
    assert list(Letter.objects.order_by("pk").values_list("state", "body")) == [("sent", ""), ("failed", "")]
    assert [each.body for each in mailoutbox] == ["Wat er is gebeurd."]


@pytest.mark.parametrize("broken", [{"state": "sent", "body": "wachtwoord"}, {"purpose": "reset", "body": "link"}])
def test_the_database_keeps_no_secret(broken):
    mine = letter()
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=mine.pk).update(**broken)


# --- the worker -----------------------------------------------------------------------------------------------------


def test_a_letter_goes_after_the_commit_of_what_it_tells(workers, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter()
        assert not mailoutbox
    assert [each.to for each in mailoutbox] == [["carla@voorbeeld.example"]]


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_not_mailed(workers, mailoutbox):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter()
        raise ZeroDivisionError
    outbox.send_all(at=NOW)
    assert not mailoutbox and not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_a_minute(monkeypatch, mailoutbox):
    def away(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("celery.canvas.Signature.apply_async", away)
    letter()
    assert not mailoutbox
    outbox.send_all(at=NOW + MINUTE)
    assert len(mailoutbox) == 1


def test_everything_that_mails_in_any_way_lands_in_the_outbox(settings, mailoutbox):
    settings.ADMINS = [("Beheer", "beheer@voorbeeld.example")]
    mail.mail_admins("Let op", "Er is iets.")
    mail.send_mail("Hallo", "Dag.", None, ["een@voorbeeld.example", "twee@voorbeeld.example"])
    assert not mailoutbox
    assert sorted(Letter.objects.values_list("recipient", flat=True)) == [
        "beheer@voorbeeld.example",
        "een@voorbeeld.example",
        "twee@voorbeeld.example",
    ]
    outbox.send_all(at=clock.now())
    assert len(mailoutbox) == 3


def test_a_mail_carries_no_attachment():
    message = EmailMessage("Een bericht", "Tekst", to=["carla@voorbeeld.example"])
    message.attach("lijst.csv", "1;2", "text/csv")
    with pytest.raises(ValueError, match="no attachments"):
        message.send()


def test_what_may_be_told_once_is_told_once(mailoutbox):
    for _ in range(3):
        letter(once="seal-2026-Q3")
        outbox.send_all(at=NOW)
    assert len(mailoutbox) == 1


# --- mail servers as they are -----------------------------------------------------------------------------------------


def test_a_server_that_takes_it_gets_it_once(mail_server):
    server = mail_server(servers.friendly)
    letter()
    for _ in range(3):
        outbox.send_all(at=NOW)
    assert len(server.taken) == 1 and "Wat er is gebeurd." in server.taken[0]
    assert Letter.objects.get().state == State.SENT


def test_a_silent_server_is_tried_by_one_letter_and_left_alone_for_a_minute(mail_server):
    server = mail_server(servers.silent)
    for _ in range(5):
        letter()
    outbox.send_all(at=NOW)
    assert server.visits == 1
    assert sorted(Letter.objects.values_list("state", "attempts")) == [("failed", 1), *[("waiting", 0)] * 4]
    outbox.send_one(Letter.objects.filter(state=State.WAITING).first().pk, at=NOW)
    assert server.visits == 1
    cache.delete(outage.KEY)
    outbox.send_all(at=NOW + MINUTE)
    assert server.visits == 2


def test_after_a_break_it_is_tried_again_each_time_later(mail_server):
    server = mail_server(servers.resetting)
    letter(lasts=timedelta(days=30))
    moment = NOW
    for attempt in range(1, sending.MOST_ATTEMPTS + 1):
        cache.delete(outage.KEY)
        outbox.send_all(at=moment)
        assert (Letter.objects.get().state, Letter.objects.get().attempts) == (State.FAILED, attempt)
        outbox.send_all(at=moment + MINUTE * 2 ** (attempt - 1) - timedelta(seconds=1))
        moment += MINUTE * 2 ** (attempt - 1)
    cache.delete(outage.KEY)
    outbox.send_all(at=moment + timedelta(days=1))
    assert server.visits == sending.MOST_ATTEMPTS, "after so many times only a person decides"


@pytest.mark.parametrize(("code", "attempts"), [(550, sending.MOST_ATTEMPTS), (450, 1)])
def test_an_address_that_does_not_exist_is_not_tried_again_a_full_one_is(mail_server, code, attempts):
    server = mail_server(servers.refusing(code))
    letter()
    outbox.send_all(at=NOW)
    assert (Letter.objects.get().state, Letter.objects.get().attempts) == (State.FAILED, attempts)
    outbox.send_all(at=NOW + timedelta(hours=1))
    assert server.visits == (1 if code == 550 else 2)


# --- two workers ------------------------------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_send_a_letter_once(mailoutbox):
    pk = letter().pk
    together(*[lambda: outbox.send_one(pk, at=NOW)] * 4)
    assert len(mailoutbox) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_this_race_is_real_without_the_claim_a_letter_goes_more_than_once(mailoutbox, monkeypatch):
    pk = letter().pk
    seen = Letter.objects.get(pk=pk)
    monkeypatch.setattr(sending, "claim", lambda mail, at: True)
    together(*[lambda: outbox._send(seen, at=NOW)] * 4)
    assert len(mailoutbox) > 1
