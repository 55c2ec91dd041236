"""Asking the province for the next instalment: a numbered paper, made by one and released by another."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kbl.fund import instalments
from kbl.fund.models import Instalment
from kbl.mail.models import Letter
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import NumberSeries
from reporting.figures.as_of import AsOf
from reporting.integrity import requests as checks
from reporting.models import PaymentRequest
from reporting.payment_requests import requests
from reporting.payment_requests.proposal import proposal
from reporting.payment_requests.requests import WORDS, RequestRefused
from tests import by_two
from tests.conftest import at

pytestmark = [pytest.mark.django_db]
Q1 = Quarter(2025, 1)
DAY = date(2025, 4, 15)


@pytest.fixture
def closed(programme, budget, coordinator, province):
    """The first quarter is closed, and nothing was agreed: the fund is short as soon as the plan begins."""
    ours = {
        "kvk": "12345678",
        "iban": "NL91ABNA0417164300",
        "street": "Markt 1",
        "postcode": "5911 AA",
        "city": "Venlo",
    }
    Organisation.objects.get_or_create(slug="cubiss", defaults={"name": "Cubiss", **ours})
    return closing.close(Q1, by=coordinator, at=at(date(2025, 4, 12)))


@pytest.fixture
def asked(closed, finance) -> PaymentRequest:
    return requests.make(Q1, why="De start is in september.", by=finance, at=at(DAY))


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(RequestRefused) as found:
        act(*args, **kwargs)
    assert WORDS[found.value.reason]
    return found.value.reason.value


def test_the_paper_asks_what_the_forecast_proposes(closed, asked):
    found = proposal(AsOf(DAY, at(DAY)))
    assert found is not None and (asked.amount, asked.due_on) == (found.amount, found.by)
    assert asked.number == "BV-2025-0001" and asked.filename == "betaalverzoek-BV-2025-0001.pdf"
    assert bytes(asked.content).startswith(b"%PDF") and hashlib.sha256(asked.content).hexdigest() == asked.sha256
    assert not Letter.objects.filter(subject__startswith="Betaalverzoek").exists(), "nothing is told yet"


def test_a_request_rests_on_the_last_closed_quarter(closed, asked, finance, coordinator):
    assert refused(requests.make, Quarter(2025, 2), by=finance, at=at(DAY)) == "not_closed"
    assert refused(requests.make, Q1, by=finance, at=at(DAY)) == "there"
    closing.close(Quarter(2025, 2), by=coordinator, at=at(date(2025, 7, 12)))
    assert refused(requests.make, Q1, by=finance, at=at(date(2025, 7, 13))) == "not_the_last"


def test_another_releases_it_the_fund_knows_it_and_the_province_hears_once(asked, finance, coordinator):
    assert refused(requests.release, asked, by=finance, at=at(DAY)) == "own"
    requests.release(asked, by=coordinator, at=at(DAY))
    assert asked.is_released and asked.instalment.amount == asked.amount
    (letter,) = Letter.objects.filter(subject="Betaalverzoek BV-2025-0001")
    assert letter.recipient == "petra@voorbeeld.example" and "/provincie/betaalverzoeken/" in letter.body
    assert refused(requests.release, asked, by=coordinator, at=at(DAY)) == "decided"
    assert refused(requests.give_back, asked, by=coordinator, at=at(DAY)) == "decided"
    assert Letter.objects.filter(subject__startswith="Betaalverzoek").count() == 1 == Instalment.objects.count()
    assert list(checks.released_requests_are_instalments()) == []


def test_what_was_asked_is_received_when_it_comes_in(asked, finance, coordinator):
    requests.release(asked, by=coordinator, at=at(DAY))
    before = proposal(AsOf(DAY, at(DAY)))
    assert before is None or before.by > asked.due_on, "what was asked is not asked again"
    by_two.receive(asked.instalment, amount=asked.amount - 1, on=DAY, by=finance, at=at(DAY))
    assert requests.standing_of(asked, instalments.standings(DAY)).open == 1
    by_two.receive(asked.instalment, amount=Decimal(1), on=DAY, by=finance, at=at(DAY))
    assert requests.standing_of(asked, instalments.standings(DAY)).open == 0


def test_one_that_goes_back_keeps_its_number_and_the_next_has_another(asked, closed, finance, coordinator):
    requests.give_back(asked, by=coordinator, at=at(DAY))
    assert asked.outcome == "refused" and not Instalment.objects.exists()
    again = requests.make(Q1, by=finance, at=at(DAY))
    assert again.number == "BV-2025-0002"
    requests.give_back(again, by=finance, at=at(DAY))
    assert again.outcome == "withdrawn"
    assert list(checks.requests_are_numbered_without_a_gap()) == []
    NumberSeries.objects.filter(name="BV-2025").update(last_number=3)
    assert list(checks.requests_are_numbered_without_a_gap())


def test_a_failed_paper_takes_no_number(closed, finance, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(requests.paper, "render", broken)
    with pytest.raises(OSError), transaction.atomic():
        requests.make(Q1, by=finance, at=at(DAY))
    assert not NumberSeries.objects.filter(name="BV-2025", last_number__gt=0).exists()


def test_with_enough_agreed_the_next_of_those_is_asked_and_then_nothing(closed, finance, coordinator):
    agreed = instalments.agree("Alles", due_on=date(2025, 5, 1), amount=Decimal(2_000_000))
    asked = requests.make(Q1, by=finance, at=at(DAY))
    assert (asked.agreed, asked.amount, asked.due_on) == (agreed, 2_000_000, date(2025, 5, 1))
    requests.release(asked, by=coordinator, at=at(DAY))
    assert asked.instalment == agreed and Instalment.objects.count() == 1
    assert list(checks.released_requests_are_instalments()) == []
    later = date(2025, 7, 13)
    closing.close(Quarter(2025, 2), by=coordinator, at=at(later))
    assert refused(requests.make, Quarter(2025, 2), by=finance, at=at(later)) == "nothing"


@pytest.mark.both_engines
def test_the_database_asks_for_two_and_never_rewrites(asked, finance):
    with pytest.raises(IntegrityError), transaction.atomic():
        kept = Instalment.objects.create(description="x", due_on=DAY, amount=1)
        told = {"outcome": "released", "decided_by": finance, "decided_at": at(DAY), "instalment": kept}
        PaymentRequest.objects.filter(pk=asked.pk).update(**told)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        PaymentRequest.objects.update(amount=1)
    with pytest.raises(ValidationError, match="telefoonnummer"):
        PaymentRequest._meta.get_field("why").clean("Bel 06-12345678", None)


def test_from_page_to_page(client, closed, finance, coordinator, province):
    with time_machine.travel(at(DAY), tick=False):
        client.force_login(province)
        assert "Nog geen betaalverzoeken" in client.get("/provincie/betaalverzoeken/").content.decode()
        client.force_login(finance)
        told = {"quarter": "2025-Q2", "why": "De start is in september."}
        wrong = client.post("/cubiss/fonds/betaalverzoeken/", told)
        assert wrong.status_code == 422 and "nog niet gesloten" in wrong.content.decode()
        assert "De start is in september." in wrong.content.decode()
        assert client.post("/cubiss/fonds/betaalverzoeken/", told | {"quarter": "2025-Q1"}).status_code == 302
        asked = PaymentRequest.objects.get()
        client.post(f"/cubiss/fonds/betaalverzoeken/{asked.pk}/besluit/", {"besluit": "vrijgeven"})
        assert not PaymentRequest.objects.exclude(outcome="").exists(), "not by who made it"
        client.force_login(province)
        assert client.get(f"/provincie/betaalverzoeken/{asked.pk}/pdf/").status_code == 404
        client.force_login(coordinator)
        client.post(f"/cubiss/fonds/betaalverzoeken/{asked.pk}/besluit/", {"besluit": "vrijgeven"})
        client.force_login(province)
        assert "BV-2025-0001" in client.get("/provincie/betaalverzoeken/").content.decode()
        paper = client.get(f"/provincie/betaalverzoeken/{asked.pk}/pdf/")
        assert hashlib.sha256(paper.content).hexdigest() == asked.sha256
