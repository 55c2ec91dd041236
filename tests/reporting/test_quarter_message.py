"""The quarterly message: from the released report, for each audience with its own figures, sent once."""

from datetime import date

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kbl.accounts.roles import Audience
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from reporting.message import sending_it
from reporting.message.figures import TOO_SMALL, own_figures
from reporting.message.letters import bodies, context_of
from reporting.message.models import MessageMail, QuarterMessage
from reporting.message.sending_it import MessageRefused
from reporting.models import EditionFile, ReportEdition
from reporting.report import payload
from tests.conftest import at

pytestmark = [pytest.mark.django_db]
DAY = date(2026, 1, 20)
STORY = {"title": "Weer lezen", "text": "Een moeder leest nu elke avond voor."}


@pytest.fixture
def closed(history, venlo, landgraaf, gennep, clerk, other_clerk, coordinator):
    """Twelve memberships at Venlo, three at Landgraaf, seven at Gennep; the year is closed."""
    history.redeem(history.hand_out(12, date(2025, 10, 6)), venlo, date(2025, 10, 6), by=clerk)
    history.redeem(history.hand_out(3, date(2025, 10, 7)), landgraaf, date(2025, 10, 7), by=other_clerk)
    history.redeem(history.hand_out(7, date(2025, 10, 8)), gennep, date(2025, 10, 8), by=clerk)
    for number in (1, 2, 3, 4):
        last = closing.close(Quarter(2025, number), by=coordinator, at=at(date(2026, 1, 12)))
    return last


@pytest.fixture
def edition(closed, coordinator, finance) -> ReportEdition:
    said = {"version": 1, "changes": "", "texts": {"summary": "Het loopt."}, "kept": "", "stories": [STORY]}
    content = payload.dump(said)
    made = ReportEdition.objects.create(
        closing=closed,
        version=1,
        content=content,
        sha256="x",
        asked_at=at(DAY),
        asked_by=finance,
    )
    for form in EditionFile.Form:
        kept = {"filename": f"x.{form.value}", "content": b"x", "sha256": "x", "made_at": at(DAY)}
        EditionFile.objects.create(edition=made, form=form, **kept)
    ReportEdition.objects.update(decided_at=at(DAY), decided_by=coordinator, outcome="released")
    return ReportEdition.objects.get()


def test_nothing_goes_before_the_report_is_released(closed, coordinator):
    with pytest.raises(MessageRefused) as refused:
        sending_it.send(closed, "", by=coordinator, at=at(DAY))
    assert refused.value.reason == "not_released" and not MessageMail.objects.exists()


def test_everybody_gets_it_once_however_often_it_is_pressed(edition, closed, coordinator, manager, province):
    sending_it.send(closed, "Dank voor het werk.", by=coordinator, at=at(DAY))
    with pytest.raises(MessageRefused) as refused:
        sending_it.send(closed, "Nog eens.", by=coordinator, at=at(DAY))
    assert refused.value.reason == "sent" and QuarterMessage.objects.get().text == "Dank voor het werk."
    told = MessageMail.objects.values_list("recipient", "audience")
    assert ("mara@voorbeeld.example", "library") in told and ("petra@voorbeeld.example", "province") in told
    assert not any(address == "vera@voorbeeld.example" for address, _ in told), "the desk is not written to"
    for _ in range(2):
        sending_it.send_all(at=at(DAY))
    assert len(mail.outbox) == MessageMail.objects.count() == len(set(sending_it.readers()))
    to_venlo = next(each for each in mail.outbox if each.to == ["mara@voorbeeld.example"])
    assert "Bibliotheek Venlo" in to_venlo.body and "Nieuwe leden: 12 in dit kwartaal" in to_venlo.body
    assert "Weer lezen" in to_venlo.body and "Dank voor het werk." in to_venlo.body
    assert to_venlo.alternatives[0][1] == "text/html" and "Weer lezen" in to_venlo.alternatives[0][0]


def test_own_figures_of_a_few_are_not_told(edition, closed, landgraaf, venlo, food_bank):
    told = {each.name: each for each in own_figures(closed, Audience.LIBRARY, landgraaf)}
    assert told["Nieuwe leden"].whole == TOO_SMALL and told["Nieuwe leden"].added == TOO_SMALL
    (handed_out,) = own_figures(closed, Audience.INTERMEDIARY, food_bank)
    assert (handed_out.added, handed_out.whole) == ("22", "22")
    assert own_figures(closed, Audience.PROVINCE, None) == []


def test_a_reader_reads_nobody_elses_figures(edition, closed, venlo, landgraaf):
    plain, html = bodies(context_of(edition, "", Audience.LIBRARY, landgraaf))
    assert "Venlo" not in plain + html and "12 in dit kwartaal" not in plain


@pytest.mark.parametrize("text", ["Bel 06-12345678.", "Met dank aan mevrouw Jansen."])
def test_nobody_stands_in_the_message(edition, closed, coordinator, text):
    with pytest.raises(ValidationError):
        sending_it.send(closed, text, by=coordinator, at=at(DAY))
    assert not QuarterMessage.objects.exists()


@pytest.mark.both_engines
def test_the_database_knows_one_message_per_quarter(edition, closed, coordinator):
    told = {"closing": closed, "edition": edition, "sent_at": at(DAY), "sent_by": coordinator}
    message = QuarterMessage.objects.create(**told)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuarterMessage.objects.create(**told)
    MessageMail.objects.create(message=message, recipient="p@voorbeeld.example", audience="province")
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageMail.objects.create(message=message, recipient="p@voorbeeld.example", audience="province")


def test_it_is_looked_at_and_then_sent(client, edition, closed, coordinator, finance, manager, province):
    page = "/cubiss/rapportages/2025-Q4/bericht/"
    with time_machine.travel(at(DAY), tick=False):
        client.force_login(coordinator)
        shown = client.post(page, {"text": "Dank voor het werk.", "bekijken": "ja"})
        assert shown.status_code == 200 and not QuarterMessage.objects.exists()
        words = shown.content.decode()
        assert "Dank voor het werk." in words and "Bibliotheek Venlo" in words and "Voorbeeld: provincie" in words
        wrong = client.post(page, {"text": "Bel 06-12345678.", "versturen": "ja"})
        assert wrong.status_code == 422 and "Bel 06-12345678." in wrong.content.decode()
        for _ in range(2):
            assert client.post(page, {"text": "Dank.", "versturen": "ja"}).status_code == 302
        assert QuarterMessage.objects.count() == 1
        assert "is verstuurd" in client.get(page).content.decode()
        client.force_login(finance)
        assert client.post(page, {"text": "x", "versturen": "ja"}).status_code == 403
