"""Who is new gets one warm mail with a link to choose a password; never two, and none for only looking."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from smtplib import SMTPException

import pytest
from celery import current_app
from django.test import Client

from kbl.accounts.models import User
from kbl.intake import invitations
from kbl.intake.models import Invitation
from tests.conftest import at
from tests.intake.conftest import TODAY, counts, sheet

USERS = "E-mailadres;Naam;Rol;Organisatie"


@pytest.fixture(autouse=True)
def workers() -> Iterator[None]:
    """The work in the background happens at once."""
    current_app.loader.import_default_modules()  # a task that is only known by its name would go to the broker
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    yield
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = False


@pytest.fixture
def people(venlo) -> bytes:
    return sheet(
        USERS,
        ["nina@voorbeeld.example", "Nina", "Bibliotheek balie", "Bibliotheek Venlo"],
        ["nina@voorbeeld.example", "Nina", "Bibliotheek beheer", "Bibliotheek Venlo"],
        ["olaf@voorbeeld.example", "Olaf", "Provincie", ""],
    )


def test_everybody_who_is_new_gets_one_mail_and_can_choose_a_password(
    office, people, clerk, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        office.read_in("gebruikers", people)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["nina@voorbeeld.example", "olaf@voorbeeld.example"]
    mail = next(mail for mail in mailoutbox if "nina" in mail.to[0])
    assert mail.subject == "Welkom bij KBL: kies uw wachtwoord"
    assert "Beste Nina," in mail.body
    assert "- Bibliotheek balie: Bibliotheek Venlo\n- Bibliotheek beheer: Bibliotheek Venlo" in mail.body
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]
    browser = Client()
    form = browser.get(link, follow=True)
    assert form.status_code == 200
    secret = "een heel lang nieuw wachtwoord"
    browser.post(form.request["PATH_INFO"], {"password1": secret, "password2": secret})
    assert User.objects.get(email="nina@voorbeeld.example").check_password(secret)


def test_twice_the_same_file_is_one_mail(office, people, mailoutbox, django_capture_on_commit_callbacks):
    for expected in (counts(new=3), counts(same=3)):
        with django_capture_on_commit_callbacks(execute=True):
            assert office.read_in("gebruikers", people) == expected
    invitations.send_all(at=at(TODAY + timedelta(days=1)))
    assert len(mailoutbox) == 2


def test_looking_at_a_file_sends_nothing(office, people, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        office.upload("gebruikers", people)
    assert not mailoutbox
    assert not Invitation.objects.exists()


def test_a_mail_server_that_is_away_costs_time_and_nothing_else(
    office, people, mailoutbox, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args, **kwargs):
        raise SMTPException

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", away)
        with django_capture_on_commit_callbacks(execute=True):
            office.read_in("gebruikers", people)
    assert User.objects.filter(email="olaf@voorbeeld.example").exists()
    assert set(Invitation.objects.values_list("state", flat=True)) == {"failed"}
    invitations.send_all(at=at(TODAY))
    assert not mailoutbox, "not again at once"
    invitations.send_all(at=at(date(2026, 3, 3)))
    assert len(mailoutbox) == 2


def test_an_account_that_was_closed_before_the_mail_went_gets_none(
    office, people, mailoutbox, django_capture_on_commit_callbacks
):
    """Whoever has a link can choose a password: nobody gets one to an account that is not in use."""
    with django_capture_on_commit_callbacks():
        office.read_in("gebruikers", people)
    User.objects.filter(email="nina@voorbeeld.example").update(is_active=False)
    invitations.send_all(at=at(TODAY))
    assert [mail.to for mail in mailoutbox] == [["olaf@voorbeeld.example"]]
    User.objects.filter(email="nina@voorbeeld.example").update(is_active=True)
    invitations.send_all(at=at(TODAY))
    assert [mail.to for mail in mailoutbox[1:]] == [["nina@voorbeeld.example"]], "in use again, it goes"


def test_nobody_is_invited_before_the_file_is_saved(office, people, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        office.read_in("gebruikers", people)
        assert not mailoutbox, "what was rolled back would have sent a mail about nobody"
    assert len(waiting) == 1
    assert set(Invitation.objects.values_list("state", flat=True)) == {"waiting"}
