"""The coordinators hear that a quarter can be closed: once, whatever the mail server does."""

from datetime import date, timedelta

import pytest

from kbl.mail import outbox
from kbl.organisations.models import Programme
from kbl.settlements.closing import window
from kbl.settlements.models import ClosingWindow, Notice
from tests.conftest import at
from tests.races.support import together

State = Notice.State


def test_the_coordinators_hear_once_that_a_quarter_can_be_closed(programme, coordinator, finance, mailoutbox, settings):
    window.announce_window(at=at(date(2026, 1, 9)))
    assert not ClosingWindow.objects.exists()
    for day in (10, 11, 12):
        window.announce_window(at=at(date(2026, 1, day), 6))
        outbox.send_all(at=at(date(2026, 1, day), 6))
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([coordinator.email], "Het 4e kwartaal 2025 kan worden afgesloten")
    assert f"{settings.SITE_URL}/cubiss/kwartalen/2025-Q4/" in mail.body


def test_the_window_opens_whatever_the_mail_server_does_and_the_mail_follows(
    programme, coordinator, mail_server_down, mailoutbox
):
    opened = at(date(2026, 1, 10))
    window.announce_window(at=opened)
    outbox.send_all(at=opened)
    assert ClosingWindow.objects.get().opened_at == opened and not mailoutbox
    mail_server_down()
    outbox.send_all(at=opened + timedelta(minutes=1))
    assert [mail.to for mail in mailoutbox] == [[coordinator.email]]


def test_before_there_is_a_programme_nothing_opens(db, mailoutbox):
    window.announce_window(at=at(date(2026, 1, 10)))
    assert not Programme.objects.exists() and not mailoutbox


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_beats_open_it_once(programme, coordinator, mailoutbox):
    results = together(*[lambda: window.announce_window(at=at(date(2026, 1, 10)))] * 4)
    assert results == [None] * 4
    outbox.send_all(at=at(date(2026, 1, 10)))
    assert len(mailoutbox) == 1
    assert ClosingWindow.objects.count() == 1
