"""Before and after a closing: who is missing, what changed, what it is for, what failed, and trying again just that."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.urls import reverse

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation
from kbl.accounts.models import User
from kbl.organisations.models import Organisation, Programme
from kbl.settlements.closing import after_closing, missing_reports
from kbl.settlements.closing.closing import preview
from kbl.settlements.documents import failures, issuing, statement_pdf
from kbl.settlements.models import Document, FailedDocument, Notice, Statement
from kbl.settlements.office.open_quarter import beside_previous
from kbl.settlements.statements import notices, silence, steps
from libraries import renewal
from libraries.models import MembershipYear, Participation
from reporting.report import pdf
from tests import by_two
from tests.conftest import at
from tests.settlements.browsing import press, see, words
from tests.settlements.conftest import PRESSED, Q1, Q4
from tests.told_once import told_once
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

globals().update(told_once("busy_quarter", of=__package__))

AFTER_Q1 = at(date(2026, 4, 12))

pytestmark = pytest.mark.with_report


def names(found: list[missing_reports.MissingReport]) -> list[tuple[str, date | None]]:
    return [(each.organisation.slug, each.last) for each in found]


# --- who is missing ---------------------------------------------------------------------------------------------------


def test_an_intermediary_with_stock_that_reported_nothing_is_missed(busy_quarter, welfare, other_worker):
    assert missing_reports.silent_intermediaries(Q4) == []
    assert names(missing_reports.silent_intermediaries(Q1)) == [], (
        "the food bank handed everything out: nothing in its drawer"
    )
    (left,) = stock_of(welfare, other_worker)
    assert names(missing_reports.silent_intermediaries(Q4)) == []
    assert names(missing_reports.silent_intermediaries(Q1)) == [("welzijn-noord", date(2025, 11, 3))]
    assert missing_reports.silent_intermediaries(Q1)[0].words == "1 voucher in voorraad"
    handout.hand_out(welfare, [left], on=date(2026, 2, 2), by=other_worker, at=at(date(2026, 2, 2)))
    assert missing_reports.silent_intermediaries(Q1) == []


@pytest.mark.parametrize(
    ("valid", "held_since", "is_missed"),
    [
        ((date(2025, 8, 1), date(2026, 1, 1)), date(2025, 9, 2), True),
        ((date(2025, 8, 1), date(2025, 12, 31)), date(2025, 9, 2), False),
        ((date(2026, 3, 31), None), date(2025, 9, 2), True),
        ((date(2026, 4, 1), None), date(2025, 9, 2), False),
        ((date(2025, 8, 1), None), date(2026, 3, 31), True),
        ((date(2025, 8, 1), None), date(2026, 4, 1), False),
    ],
)
def test_one_day_of_the_quarter_is_enough_to_be_missed(
    valid, held_since, is_missed, programme, coordinator, welfare, other_worker
):
    """Accredited for a day of it, with vouchers in the drawer for a day of it."""
    stock_of(welfare, other_worker)
    Accreditation.objects.filter(organisation=welfare).update(valid_from=valid[0], valid_until=valid[1])
    Voucher.objects.filter(holder=welfare).update(held_since=held_since)
    assert bool(missing_reports.silent_intermediaries(Q1)) is is_missed


def stock_of(welfare, other_worker) -> list[SerialRange]:
    """Two vouchers to Welzijn Noord, of which it hands one out in November."""
    carla = User.objects.get(name="Carla")
    batch = make_batch(
        2, medium="paper", valid_until=date(2027, 12, 31), on=date(2025, 9, 1), by=carla, at=at(date(2025, 9, 1))
    )
    both = SerialRange(batch.first_serial, batch.last_serial)
    accreditation.allocate(both, to=welfare, on=date(2025, 9, 2), by=carla, at=at(date(2025, 9, 2)))
    one, left = SerialRange(both.first, both.first), SerialRange(both.last, both.last)
    handout.hand_out(welfare, [one], on=date(2025, 11, 3), by=other_worker, at=at(date(2025, 11, 3)))
    return [left]


def test_a_library_that_enrolled_before_and_not_now_is_missed(busy_quarter, venlo, landgraaf):
    assert missing_reports.silent_libraries(Q4) == [], "Landgraaf never enrolled anybody"
    assert names(missing_reports.silent_libraries(Q1)) == [("bibliotheek-venlo", date(2025, 10, 5))]


def test_renewals_without_an_answer_are_counted_per_library(busy_quarter, clerk):
    q4_of_2026 = Q4.next.next.next.next
    assert missing_reports.unanswered_renewals(Q1) == []
    (missing,) = missing_reports.unanswered_renewals(q4_of_2026)
    assert (missing.words, missing.last) == ("3 verlengingen zonder antwoord", date(2026, 10, 3))
    first, second, _ = MembershipYear.objects.order_by("on")
    renewal.renew(first, by=clerk, at=at(date(2026, 10, 5)))
    renewal.end(second, by=clerk, at=at(date(2026, 10, 5)))
    assert missing_reports.unanswered_renewals(q4_of_2026)[0].words == "1 verlenging zonder antwoord"


def test_a_statement_that_nobody_answered_is_missed_until_it_is(closed, venlo, food_bank, landgraaf, manager):
    before = {each.organisation for each in missing_reports.silent_statements(Q1) if "4e kwartaal 2025" in each.words}
    assert before == {venlo, food_bank, landgraaf}
    steps.confirm(closed.statements.get(organisation=venlo), by=manager, at=PRESSED)
    after = {each.organisation for each in missing_reports.silent_statements(Q1) if "4e kwartaal 2025" in each.words}
    assert after == {food_bank, landgraaf}


def test_the_page_names_them_with_a_way_to_write(closed, venlo, carla):
    with time_machine.travel(AFTER_Q1, tick=False):
        response = see(carla, "closing", Q1)
    page = words(response)
    assert "Bibliotheken zonder inschrijving 1" in page and "de laatste keer op 5 oktober 2025" in page
    assert f"mailto:{venlo.email}?subject=Inschrijvingen" in response.content.decode()
    assert "Btw nog niet getoetst" in page and "Laat dit toetsen door de fiscalist" in page
    Programme.objects.update(vat_checked_on=date(2026, 3, 1))
    with time_machine.travel(AFTER_Q1, tick=False):
        assert "Btw nog niet getoetst" not in words(see(carla, "closing", Q1))


# --- what it is for, and what changed ---------------------------------------------------------------------------------


def test_the_largest_changes_stand_out(closed, give, food_bank, worker, take, landgraaf, venlo):
    take(landgraaf, give(food_bank, worker, 2, date(2026, 2, 2)), date(2026, 2, 3))
    rows = {
        (each.party.kind, each.party.organisation.slug): each for each in beside_previous(Q1, preview(Q1, at=AFTER_Q1))
    }
    gone, came = rows["invoice", "bibliotheek-venlo"], rows["invoice", "bibliotheek-landgraaf"]
    assert (gone.difference, gone.line_difference, gone.stands_out) == (-126, -3, True)
    assert (came.difference, came.line_difference, came.stands_out) == (90, 2, True)


def test_a_first_quarter_does_not_stand_out_from_nothing(busy_quarter):
    assert not any(each.stands_out for each in beside_previous(Q4, preview(Q4, at=PRESSED)) if each.previous)


# --- what failed, and trying again just that --------------------------------------------------------------------------


@pytest.fixture
def half_made(closed, quick, venlo, monkeypatch):
    """Every document but Venlo's was made, and the report was not."""
    real = statement_pdf.render

    def render(statement, *args):
        if statement.organisation == venlo:
            raise statement_pdf.DoesNotAddUp
        return real(statement)

    with monkeypatch.context() as patch:
        patch.setattr(statement_pdf, "render", render)
        with pytest.raises(statement_pdf.DoesNotAddUp):
            issuing.make_all(closed, at=PRESSED)
        with pytest.raises(statement_pdf.DoesNotAddUp):
            issuing.make_all(closed, at=PRESSED + timedelta(minutes=10))
    return closed


@pytest.mark.both_engines
def test_a_failure_is_kept_until_just_that_succeeds(half_made, venlo, carla, quick):
    failed = FailedDocument.objects.get()
    assert (failed.statement.organisation, failed.reason, failed.attempts) == (venlo, "DoesNotAddUp", 2)
    assert after_closing.progress(half_made).failed_documents == 1
    page = words(see(carla, "closing", Q4))
    assert "Document Bibliotheek Venlo De regels en het totaal zijn niet gelijk" in page
    others = dict(Document.objects.values_list("pk", "made_at"))
    page = words(press(carla, "document_again", Q4, failed.statement_id))
    assert "Het document van Bibliotheek Venlo is gemaakt." in page and "Dit lukte niet" not in page
    assert not FailedDocument.objects.exists()
    assert Document.objects.filter(pk__in=others).count() == len(others) == Document.objects.count() - 1


def test_what_fails_again_says_why(half_made, venlo, carla, monkeypatch):
    def render(statement, *args):
        raise MemoryError

    monkeypatch.setattr(statement_pdf, "render", render)
    statement = half_made.statements.get(organisation=venlo)
    page = words(press(carla, "document_again", Q4, statement.pk))
    assert "Het lukte weer niet. De server had te weinig geheugen." in page
    assert FailedDocument.objects.get().attempts == 3
    assert "Het document is niet gemaakt" in words(see(carla, "statement", statement.pk))


def test_the_report_that_failed_is_made_again_on_its_own(closed, carla, monkeypatch):
    def fail(closing, *, at):
        raise OSError

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(pdf, "issue", fail)
        after_closing.make_report(closed)
    assert FailedDocument.objects.get().statement is None
    assert "Voortgangsrapportage voor de provincie De server kon" in words(see(carla, "closing", Q4))
    monkeypatch.setattr(
        pdf,
        "issue",
        lambda closing, at: issuing.issue("report", closing=closing, filename="r.pdf", make=lambda: b"r", at=at),
    )
    assert "is gemaakt" in words(press(carla, "report_again", Q4))
    assert not FailedDocument.objects.exists() and closed.documents.filter(kind="report").exists()


def test_a_mail_that_failed_goes_again_alone(
    closed, quick, carla, mailoutbox, monkeypatch, venlo, workers, django_capture_on_commit_callbacks
):
    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    issuing.make_all(closed, at=PRESSED)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        notices.send_all(closed, at=PRESSED)
    mine = closed.statements.get(organisation=venlo)
    assert words(see(carla, "closing", Q4)).count("De mailserver nam de mail niet aan") == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert "De mail aan Bibliotheek Venlo gaat zo weg" in words(press(carla, "notice_again", Q4, mine.pk))
    assert [each.to for each in mailoutbox] == [[venlo.email]]
    assert words(see(carla, "closing", Q4)).count("De mailserver nam de mail niet aan") == 2
    other = closed.statements.exclude(pk=mine.pk).first()
    for each in Organisation.objects.all():
        by_two.mail_address(each, "")
    Notice.objects.filter(statement=other).update(recipient="")
    assert "is geen e-mailadres bekend" in words(press(carla, "notice_again", Q4, other.pk))


def test_a_reminder_that_failed_goes_again_alone(
    closed, quick, carla, mailoutbox, monkeypatch, venlo, workers, django_capture_on_commit_callbacks
):
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    mailoutbox.clear()

    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        silence.watch(at=PRESSED + timedelta(days=10))
    mine = closed.statements.get(organisation=venlo)
    with time_machine.travel(PRESSED + timedelta(days=10, hours=1), tick=False):
        assert "Herinnering Bibliotheek Venlo" in words(see(carla, "closing", Q4))
        with django_capture_on_commit_callbacks(execute=True):
            press(carla, "reminder_again", Q4, mine.pk)
    assert [each.to for each in mailoutbox] == [[venlo.email]]


def test_two_failures_at_once_are_one_row(closed, venlo):
    statement = closed.statements.get(organisation=venlo)
    for _ in range(2):
        failures.keep(OSError(), closing=closed, statement=statement, at=PRESSED)
        failures.keep(OSError(), closing=closed, at=PRESSED)
    assert sorted(FailedDocument.objects.values_list("statement", "attempts"), key=str) == sorted(
        [(statement.pk, 2), (None, 2)], key=str
    )


# --- a library's own number, silence and credit, on the pages ---------------------------------------------------------


@pytest.fixture
def numberless(busy_quarter, venlo, close) -> Statement:
    Participation.objects.filter(library=venlo).update(own_numbers=True)
    return close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)


def to_library(client, name: str, pk: int, **data):
    return client.post(reverse(f"library:{name}", args=[pk]), data, follow=True)


def test_the_manager_agrees_with_her_own_number_in_one_form(numberless, mara):
    refused = to_library(mara, "statement_confirm", numberless.pk, number=" VEN-2025-0001 ")
    assert refused.status_code == 422 and "is een kenmerk van Cubiss" in words(refused)
    assert "VEN-2025-0001 " in refused.content.decode(), "what was typed stays"
    numberless.refresh_from_db()
    assert numberless.status == "draft"
    page = words(to_library(mara, "statement_confirm", numberless.pk, number="2026-17"))
    assert "Uw akkoord is vastgelegd" in page and "2026-17" in page
    assert Statement.objects.get(pk=numberless.pk).invoice_number == "2026-17"


def test_the_number_may_come_later_and_on_its_own(numberless, mara, carla, frank):
    to_library(mara, "statement_confirm", numberless.pk, later="ja", number="")
    page = words(mara.get(reverse("library:statement", args=[numberless.pk])))
    assert "Wij missen uw factuurnummer" in page
    assert "een factuurnummer" in words(mara.get(reverse("library:statements")))
    assert "Keur goed" not in words(see(frank, "statement", numberless.pk))
    assert "Bibliotheek Venlo" in words(see(frank, "closing", Q4)).split("Een factuurnummer ontbreekt")[1]
    assert press(carla, "statement_number", numberless.pk, number="").status_code == 422
    assert "Nummer 17 is vastgelegd" in words(press(carla, "statement_number", numberless.pk, number="17"))
    assert "Keur goed" in words(see(frank, "statement", numberless.pk))


def test_everybody_sees_beforehand_when_silence_counts_and_afterwards_that_it_did(closed, quick, mara, carla, venlo):
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    mine = closed.statements.get(organisation=venlo)
    address = reverse("library:statement", args=[mine.pk])
    with time_machine.travel(PRESSED, tick=False):
        assert "op 2 februari 2026 van uit dat u akkoord bent" in words(mara.get(address))
        assert "gaat op 22 jan 2026 2 feb 2026" in words(see(carla, "closing", Q4))
    silence.watch(at=at(date(2026, 1, 22)))
    with time_machine.travel(at(date(2026, 1, 23)), tick=False):
        assert "Op 22 januari 2026 stuurden wij u een herinnering" in words(mara.get(address))
    silence.watch(at=at(date(2026, 2, 2)))
    assert "Akkoord door stilte" in words(mara.get(address))
    assert "Akkoord door stilte: " in words(see(carla, "closing", Q4))


def test_a_quarter_with_only_a_credit_pays_nothing_and_says_where_it_goes(closed, mara, carla, venlo, finance, close):
    original = closed.statements.get(organisation=venlo)
    for line in original.lines.all():
        by_two.correct(line, reason="twice", by=finance, at=at(date(2026, 2, 2)))
    with time_machine.travel(AFTER_Q1, tick=False):
        assert "Per saldo een tegoed" in words(see(carla, "closing", Q1))
    credit = close(Q1, date(2026, 4, 12)).statements.get(kind="invoice", organisation=venlo)
    assert (credit.payable, credit.carried_out) == (0, -126)
    address = reverse("library:statement", args=[credit.pk])
    page = words(mara.get(address))
    assert "niets te betalen" in page and "gaat mee naar de volgende afrekening" in page
    assert f"van {original}" in page, "each line names the statement that it takes back"
    assert f"verrekend op {credit}" in words(mara.get(reverse("library:statement", args=[original.pk])))
    following = close(Q1.next, date(2026, 7, 12)).statements.get(kind="invoice", organisation=venlo)
    assert f"van {credit}" in words(mara.get(reverse("library:statement", args=[following.pk])))
    assert f"naar {following}" in words(mara.get(address))
