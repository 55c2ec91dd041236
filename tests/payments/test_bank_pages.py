"""Frank reads a bank file in and sees what it means; Rik looks; nobody else gets near it."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kbl.fund.models import Instalment
from kbl.payments.models import BankEntry, BankFile
from kbl.payments.runs import runs
from kbl.programme.demo.bank_statement import PlayedBooking, executed, out, statement
from tests import by_two
from tests.conftest import at
from tests.payments.conftest import DAY
from tests.payments.test_matching import OURS, START, payment_of, status
from tests.told_once import told_once

globals().update(told_once("run", of=__package__))

pytestmark = pytest.mark.both_engines

IMPORT, CONFIRM = "/cubiss/bank/inlezen/", "/cubiss/bank/inlezen/bevestigen/"


@pytest.fixture(autouse=True)
def friday():
    """Noon on 23 January 2026: a day after the bank executed the run."""
    with time_machine.travel(at(date(2026, 1, 23)), tick=False) as clock:
        yield clock


def upload(client, content: bytes, name: str = "afschrift.xml"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content, "text/xml")})


def read_in(client, content: bytes):
    """Choose the file, look, and say yes."""
    shown = upload(client, content)
    assert shown.status_code == 200, shown.content.decode()[-3000:]
    return client.post(CONFIRM, {"carried": shown.context["carried"]}, follow=True)


def test_frank_looks_first_and_then_reads_it_in(frank, released, invoice, declaration):
    came_back = payment_of(invoice)
    content = executed(released, on=DAY, opening=START, returned={came_back.end_to_end_id: "AC04"})
    shown = upload(frank, content).content.decode()
    assert "Er is nog niets veranderd" in shown and "De rekening is opgeheven (code AC04)" in shown
    assert status(invoice) == "in_payment" and not BankFile.objects.exists()
    page = read_in(frank, content)
    assert page.redirect_chain[0][0] == f"/cubiss/bank/{BankFile.objects.get().pk}/"
    told = page.content.decode()
    assert "2 betalingen zijn uitgevoerd" in told and "1 boeking vraagt om uw aandacht" in told
    assert "De rekening is opgeheven (code AC04). Vraag de organisatie om een ander rekeningnummer" in told
    assert (status(invoice), status(declaration)) == ("approved", "paid")
    todo = frank.get("/cubiss/bank/te-doen/").content.decode()
    assert "Teruggekomen" in todo and f"/cubiss/organisaties/{invoice.organisation.slug}/rekening/" in todo


def test_the_same_file_again_says_when_and_by_whom(frank, released):
    content = executed(released, on=DAY, opening=START)
    read_in(frank, content)
    again = upload(frank, content)
    assert again.status_code == 422
    assert "is al ingelezen, op 23 januari 2026 door Frank" in again.content.decode()


def test_yes_twice_is_once(frank, released):
    carried = upload(frank, executed(released, on=DAY, opening=START)).context["carried"]
    assert frank.post(CONFIRM, {"carried": carried}).status_code == 302
    again = frank.post(CONFIRM, {"carried": carried})
    assert again.status_code == 422 and "is al ingelezen" in again.content.decode()
    assert BankFile.objects.count() == 1


def test_a_file_of_another_account_is_told(frank, released):
    told = upload(frank, statement("NL02ABNA0123456789", [], opening=START, day=DAY, name="A1"))
    assert told.status_code == 422
    assert f"van rekening …6789, en KBL betaalt van {OURS}" in told.content.decode()


def test_names_of_others_are_nowhere(frank, released):
    """Canaries: neither in the page, nor in what it carries, nor in the database."""
    booking = PlayedBooking(Decimal("-12.00"), DAY, "KANARIE-1", "R1", name="Kanarie Vogelaar")
    shown = upload(frank, statement(OURS, [booking], opening=START, day=DAY, name="A1"))
    assert "anarie" not in shown.content.decode() and "KANARIE" not in shown.content.decode()
    page = frank.post(CONFIRM, {"carried": shown.context["carried"]}, follow=True).content.decode()
    assert "anarie" not in page and "KANARIE" not in page
    assert "ANARIE" not in str(list(BankEntry.objects.values())).upper()


def test_a_missing_statement_is_told(frank, released):
    for day, opening in ((20, "100"), (21, "100"), (22, "130")):
        content = statement(OURS, [], opening=Decimal(opening), day=date(2026, 1, day), name=f"A{day}")
        read_in(frank, content)
    told = frank.get("/cubiss/bank/").content.decode()
    assert told.count("Er ontbreekt een afschrift") == 1
    assert "eindsaldo was € 100,00 en het volgende beginsaldo is € 130,00" in told.replace("\xa0", " ")


def test_the_province_paid_and_frank_books_it(frank, released, finance):
    instalment = Instalment.objects.create(description="Termijn 4", due_on=date(2026, 1, 10), amount=Decimal("47250"))
    Instalment.objects.create(description="Termijn 3", due_on=date(2026, 1, 1), amount=Decimal("1"))
    received = PlayedBooking(Decimal("47250.00"), DAY, reference="R1", name="Provincie Limburg")
    page = read_in(frank, statement(OURS, [received, received], opening=START, day=DAY, name="A1"))
    link = f"/cubiss/fonds/termijnen/{instalment.pk}/ontvangen/?bedrag=47250%2C00&amp;op=2026-01-22"
    assert page.content.decode().count(link) == 2
    form = frank.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="47250,00"' in form and 'value="2026-01-22"' in form
    by_two.receive(instalment, amount=Decimal("47250"), on=DAY, by=finance, at=at(DAY))
    told = frank.get(f"/cubiss/bank/{BankFile.objects.get().pk}/").content.decode()
    assert told.count("geboekt als termijn") == 1, "one of the two"


def test_the_worklist_tells_of_everything_that_asks_for_somebody(
    log_in,
    finance,
    released,
    invoice,
    declaration,
    friday,
):
    browser = log_in(finance)
    said = browser.get("/cubiss/bank/te-doen/").content.decode()
    assert "Niets te doen" in said
    friday.move_to(at(date(2026, 1, 30)))
    browser = log_in(finance)
    said = browser.get("/cubiss/bank/te-doen/").content.decode()
    assert "2 betalingen zijn nog niet op een bankafschrift gezien" in said
    for of, amount in ((invoice, "100"), (declaration, "30")):
        booking = out(payment_of(of), DAY, Decimal(amount))
        read_in(browser, statement(OURS, [booking], opening=START, day=DAY, name=f"A{of.pk}"))
    said = browser.get("/cubiss/bank/te-doen/").content.decode()
    assert "Te weinig betaald" in said and "Te veel betaald" in said and "niet op een bankafschrift" not in said


def test_a_cancelled_run_that_was_paid_stays_in_sight(frank, run, invoice, finance):
    paid = payment_of(invoice)
    runs.cancel(run, by=finance, at=at(DAY))
    again = runs.prepare([invoice], execute_on=date(2026, 1, 23), by=finance, at=at(DAY))
    read_in(frank, statement(OURS, [out(paid, DAY)], opening=START, day=DAY, name="A1"))
    said = frank.get("/cubiss/bank/te-doen/").content.decode()
    assert "maar die run was ingetrokken" in said and f"en {again} betaalt nog" in said


def test_others_of_cubiss_look_and_do_not_read_in(rik, carla, released):
    for client in (rik, carla):
        assert client.get("/cubiss/bank/").status_code == 200
        assert client.get("/cubiss/bank/te-doen/").status_code == 200
        assert upload(client, executed(released, on=DAY, opening=START)).status_code == 403
        assert client.post(CONFIRM, {"carried": "x"}).status_code == 403
