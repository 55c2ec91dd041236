"""Mail to the parties: once, without numbers, and never lost in silence."""

import re
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from kbl.mail import sending as post
from kbl.mail.models import FIRST_WAIT
from kbl.organisations.models import Organisation
from kbl.settlements.models import Notice
from kbl.settlements.statements import notices
from tests import by_two
from tests.settlements.conftest import PRESSED
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))

State = Notice.State


def states() -> list[str]:
    return sorted(Notice.objects.values_list("state", flat=True))


@pytest.mark.both_engines
def test_each_party_gets_one_mail_with_the_way_to_its_statement(ready, venlo, food_bank, mailoutbox, settings):
    notices.send_all(ready, at=PRESSED)
    notices.send_all(ready, at=PRESSED + timedelta(hours=1))
    assert sorted((mail.to, mail.subject) for mail in mailoutbox) == [
        (["bibliotheek-landgraaf@voorbeeld.example"], "Uw nulopgave over het 4e kwartaal 2025 staat klaar"),
        (["bibliotheek-venlo@voorbeeld.example"], "Uw factuur over het 4e kwartaal 2025 staat klaar"),
        (["voedselbank-venlo@voorbeeld.example"], "Uw declaratie over het 4e kwartaal 2025 staat klaar"),
    ]
    invoice = ready.statements.get(organisation=venlo)
    declaration = ready.statements.get(organisation=food_bank)
    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert f"{settings.SITE_URL}/bibliotheek/afrekeningen/{invoice.pk}/" in bodies[venlo.email]
    assert f"{settings.SITE_URL}/intermediair/afrekeningen/{declaration.pk}/" in bodies[food_bank.email]
    assert "Limburg 2025-2027\nproject@voorbeeld.example" in bodies[venlo.email]
    assert states() == [State.SENT] * 3


def test_a_mail_names_no_voucher_and_carries_no_document(ready, mailoutbox):
    notices.send_all(ready, at=PRESSED)
    serials = {f"{line.serial:07}" for statement in ready.statements.all() for line in statement.lines.all()}
    assert serials
    for mail in mailoutbox:
        assert not mail.attachments
        assert not serials & set(re.findall(r"\d{7}", mail.message().as_string()))


def test_a_second_copy_would_be_known_for_what_it_is(ready, mailoutbox):
    notices.send_all(ready, at=PRESSED)
    identities = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(set(identities)) == 3
    assert all(mail.extra_headers["Auto-Submitted"] == "auto-generated" for mail in mailoutbox)


def test_a_statement_without_a_document_waits(closed, quick, mailoutbox):
    notices.send_all(closed, at=PRESSED)
    assert not mailoutbox and not Notice.objects.exists()


def test_a_party_without_an_address_is_seen_and_mailed_once_it_has_one(ready, venlo, mailoutbox):
    by_two.mail_address(venlo, "")
    notices.send_all(ready, at=PRESSED)
    notice = Notice.objects.get(statement__organisation=venlo)
    assert (notice.state, notice.recipient, notice.attempts) == (State.FAILED, "", 0)
    by_two.mail_address(venlo, "nieuw@voorbeeld.example")
    notices.send_all(ready, at=PRESSED + timedelta(minutes=10))
    assert states() == [State.SENT] * 3
    assert mailoutbox[-1].to == ["nieuw@voorbeeld.example"]


def test_an_office_without_an_address_is_reached_through_the_organisation_it_reports_through(ready, venlo, food_bank):
    office = Organisation(name="Kantoor", slug="kantoor", parent=food_bank)
    statement = ready.statements.get(organisation=venlo)
    statement.organisation = office
    assert notices.address_of(statement) == food_bank.email
    office.iban = "NL20INGB0001234567"
    assert notices.address_of(statement) == food_bank.email


def test_what_fails_stays_visible_and_is_tried_again_after_longer_waits(ready, mail_server_down, mailoutbox):
    moment = PRESSED
    for attempt in range(1, post.MOST_ATTEMPTS + 1):
        notices.send_all(ready, at=moment)
        assert states() == [State.FAILED] * 3
        assert set(Notice.objects.values_list("attempts", flat=True)) == {attempt}
        wait = FIRST_WAIT * 2 ** (attempt - 1)
        notices.send_all(ready, at=moment + wait - timedelta(seconds=1))
        assert set(Notice.objects.values_list("attempts", flat=True)) == {attempt}
        moment += wait
    mail_server_down()
    notices.send_all(ready, at=moment + timedelta(days=365))
    assert not mailoutbox, "after so many times only a person decides"
    notices.send_again(Notice.objects.order_by("pk")[0])
    assert not mailoutbox, "not from the page: a worker sends it"
    notices.send_all(ready, at=moment)
    assert len(mailoutbox) == 1
    assert states() == [State.FAILED, State.FAILED, State.SENT]


def test_a_mail_server_that_comes_back_gets_the_mail(ready, mail_server_down, mailoutbox):
    notices.send_all(ready, at=PRESSED)
    mail_server_down()
    notices.send_all(ready, at=PRESSED + FIRST_WAIT)
    assert len(mailoutbox) == 3
    assert states() == [State.SENT] * 3


def test_sending_again_what_was_sent_does_nothing(ready, mailoutbox):
    notices.send_all(ready, at=PRESSED)
    assert notices.send_again(Notice.objects.all()[0]) is False
    notices.send_all(ready, at=PRESSED)
    assert len(mailoutbox) == 3


def test_the_claim_of_a_killed_worker_is_given_back_when_it_can_no_longer_live(ready, mailoutbox, monkeypatch):
    def killed(self, fail_silently=False):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(EmailMessage, "send", killed)
        notices.send_all(ready, at=PRESSED)
    assert states() == [State.SENDING, State.WAITING, State.WAITING]
    notices.free_stale(at=PRESSED + post.CLAIM_LASTS)
    notices.send_all(ready, at=PRESSED + post.CLAIM_LASTS)
    assert states() == [State.SENDING, State.SENT, State.SENT], "it may still be sending"
    later = PRESSED + post.CLAIM_LASTS + timedelta(seconds=1)
    notices.free_stale(at=later)
    notices.send_all(ready, at=later)
    assert states() == [State.SENT] * 3
    assert len(mailoutbox) == 3


@pytest.mark.both_engines
@pytest.mark.parametrize("ends_well", [True, False])
def test_a_worker_that_was_taken_for_dead_says_nothing_of_the_mail_that_another_sent(ready, ends_well):
    """It hung in the mail server; its claim was given back, another sent the mail, and then it wakes up."""
    later = PRESSED + post.CLAIM_LASTS + timedelta(seconds=1)
    mine = Notice.objects.order_by("pk")[0] if Notice.objects.exists() else None
    if mine is None:
        mine = Notice.objects.create(statement=ready.statements.all()[0], recipient="a@voorbeeld.example")

    def hangs() -> EmailMessage:
        notices.free_stale(at=later)
        post.send(Notice.objects.get(pk=mine.pk), lambda: EmailMessage("Stuk", to=["a@voorbeeld.example"]), at=later)
        if not ends_well:
            raise ConnectionResetError
        return EmailMessage("Stuk", to=["a@voorbeeld.example"])

    post.send(mine, hangs, at=PRESSED)
    mine.refresh_from_db()
    assert (mine.state, mine.sent_at, mine.attempts) == (State.SENT, later, 2)
