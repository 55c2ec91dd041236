"""Mail that did not arrive: Cubiss sees all of it on one page, and lets it go once more."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.urls import reverse

from kbl.mail import outbox, sending
from kbl.mail.models import Letter, Mail
from kbl.start_pages.attention import attention_points
from kbl.upkeep import mail_kinds
from tests.office.test_stock_pages import words
from tests.upkeep import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

PAGE = "cubiss:undelivered"


@pytest.fixture
def dead(programme) -> Letter:
    message = EmailMessage("Het kwartaal", "De geheime link: https://kbl.example/x", to=["weg@voorbeeld.example"])
    outbox.post(message, Letter.Purpose.CLOSING, at=NOW)
    Letter.objects.update(state="failed", attempts=sending.MOST_ATTEMPTS, claimed_at=NOW)
    return Letter.objects.get()


def test_every_table_of_mail_has_its_kind():
    tables = {model for model in apps.get_models() if issubclass(model, Mail)}
    assert {kind.model for kind in mail_kinds.KINDS.values()} == tables


def test_a_dead_letter_is_told_and_goes_once_more(dead, carla, mailoutbox):
    assert "1 mail is niet aangekomen" in [point.words for point in attention_points(NOW)]
    page = words(carla.get(reverse(PAGE)))
    assert "Een kwartaal kan worden afgesloten" in page and "weg@voorbeeld.example" in page
    assert "Wij proberen het niet meer vanzelf" in page
    assert "geheime link" not in page, "what it said is nobody's business"
    answer = words(carla.post(reverse("cubiss:mail_again", args=["brief", dead.pk]), follow=True))
    assert "De mail gaat zo weg" in answer and "Alle mail kwam aan" in answer
    assert not mailoutbox, "not from the page"
    outbox.send_all(at=NOW)
    assert [mail.to for mail in mailoutbox] == [["weg@voorbeeld.example"]]
    assert "al verstuurd" in words(carla.post(reverse("cubiss:mail_again", args=["brief", dead.pk]), follow=True))
    outbox.send_all(at=NOW)
    assert len(mailoutbox) == 1


def test_what_is_too_late_stays(dead, carla, mailoutbox):
    Letter.objects.update(expires_at=NOW - timedelta(minutes=1), written_at=NOW - timedelta(days=3))
    assert "te oud om nog te sturen" in words(carla.get(reverse(PAGE)))
    again = words(carla.post(reverse("cubiss:mail_again", args=["brief", dead.pk]), follow=True))
    assert "te oud om nog te sturen" in again
    outbox.send_all(at=NOW)
    assert not mailoutbox


def test_a_mail_without_an_address_finds_it_once_it_is_there(programme, food_bank, carla, mailoutbox):
    from intermediaries.notices import mailing
    from intermediaries.notices.models import StockMail
    from intermediaries.stock_levels.models import LowStockPeriod

    food_bank.email = ""
    food_bank.save()
    low = LowStockPeriod.objects.create(organisation=food_bank, medium="paper", minimum=10, left=3, on=NOW.date())
    mailing.prepare(food_bank, low_stock=low)
    stock_mail = StockMail.objects.get()
    assert "Er is geen e-mailadres bekend" in words(carla.get(reverse(PAGE)))
    again = reverse("cubiss:mail_again", args=["vouchers", stock_mail.pk])
    assert "geen e-mailadres bekend" in words(carla.post(again, follow=True))
    food_bank.email = "nieuw@voorbeeld.example"
    food_bank.save()
    carla.post(again)
    mailing.send_all(at=NOW)
    assert [mail.to for mail in mailoutbox] == [["nieuw@voorbeeld.example"]]


def test_a_kind_that_does_not_exist_is_not_there(dead, carla):
    assert carla.post(reverse("cubiss:mail_again", args=["postduif", dead.pk])).status_code == 404
