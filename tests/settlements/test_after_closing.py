"""What follows when Cubiss presses close: everything once, whoever runs it, however often, wherever it is cut off."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from celery import current_app
from kombu.utils import functional
from redis.connection import Connection

from kbl.celery import app
from kbl.periods import Quarter
from kbl.settlements import tasks
from kbl.settlements.closing import after_closing, closing
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.documents import issuing, statement_pdf
from kbl.settlements.models import Closing, ClosingWindow, Document, Line, Notice, NumberSeries, Statement, Tariff
from kbl.settlements.tariffs.tariffs import MissingTariff
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import PRESSED, Q4
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))


class Killed(BaseException):
    """A worker that is gone from one moment to the next."""


def outcome() -> dict:
    """Everything that closing the last quarter of 2025 leaves behind, for comparing."""
    statements = Statement.objects.filter(closing__quarter=Q4)
    return {
        "closed": list(Closing.objects.filter(quarter=Q4).values_list("closed_by__email", flat=True)),
        "statements": sorted(statements.values_list("kind", "organisation__slug", "net")),
        "series": sorted(NumberSeries.objects.values_list("name", "last_number")),
        "documents": sorted(Document.objects.filter(closing__quarter=Q4).values_list("filename", "sha256")),
        "mail": sorted(Notice.objects.filter(statement__in=statements).values_list("recipient", "state")),
    }


def sha(statement: Statement) -> str:
    return hashlib.sha256(statement_pdf.render(statement)).hexdigest()


def everything() -> dict:
    """What it has to be."""
    statements = Statement.objects.filter(closing__quarter=Q4)
    report = hashlib.sha256(b"rapport").hexdigest()
    return {
        "closed": ["carla@voorbeeld.example"],
        "statements": [
            ("declaration", "voedselbank-venlo", Decimal("20.00")),
            ("invoice", "bibliotheek-landgraaf", Decimal("0.00")),
            ("invoice", "bibliotheek-venlo", Decimal("126.00")),
        ],
        "series": [("DECL-2025", 1), ("VEN-2025", 1)],
        "documents": sorted(
            [(statement_pdf.filename(each), sha(each)) for each in statements] + [("rapport-2025-Q4.pdf", report)]
        ),
        "mail": [
            ("bibliotheek-landgraaf@voorbeeld.example", "sent"),
            ("bibliotheek-venlo@voorbeeld.example", "sent"),
            ("voedselbank-venlo@voorbeeld.example", "sent"),
        ],
    }


# --- pressing -----------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_one_press_brings_everything(quarter, coordinator, workers, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        window = after_closing.request_closing(quarter, by=coordinator, at=PRESSED)
    assert outcome() == everything()
    assert len(mailoutbox) == 3
    closing = Closing.objects.get(quarter=quarter)
    assert (closing.closed_at, closing.closed_by) == (PRESSED, coordinator)
    assert (window.requested_at, window.refused) == (PRESSED, "")
    assert after_closing.is_finished(closing)


def test_the_press_is_kept_and_nothing_runs_before_it_is(quarter, coordinator, workers):
    after_closing.request_closing(quarter, by=coordinator, at=PRESSED)
    window = ClosingWindow.objects.get(quarter=quarter)
    assert (window.requested_by, window.requested_at, window.opened_at) == (coordinator, PRESSED, PRESSED)
    assert not Closing.objects.filter(quarter=quarter).exists()


@pytest.mark.both_engines
def test_what_happens_between_the_press_and_the_work_waits_for_the_next_closing(
    quarter, coordinator, food_bank, worker, venlo, give, enrol, close
):
    """Carla presses at noon; at one o'clock a colleague corrects and two parties report; the worker closes at two."""
    earlier = Quarter(2026, 1)
    close(quarter, PRESSED.date())
    line = Statement.objects.get(closing__quarter=quarter, organisation=food_bank).lines.order_by("serial").last()
    noon = at(date(2026, 4, 12))
    window = after_closing.request_closing(earlier, by=coordinator, at=noon)
    by_two.correct(line, reason="twice", by=coordinator, at=noon + timedelta(hours=1))
    told = give(food_bank, worker, 1, date(2026, 3, 30), heard=date(2026, 4, 13))
    enrol(venlo, told.first, date(2026, 3, 31), heard=date(2026, 4, 13))
    assert not any(party.lines for party in closing.preview(earlier, at=noon)), "looking back shows what was known"

    tasks.close_quarter(window.pk)
    assert not Line.objects.filter(statement__closing__quarter=earlier).exists()

    close(Quarter(2026, 2), date(2026, 7, 12))
    lines = Line.objects.filter(statement__closing__quarter=Quarter(2026, 2))
    assert sorted(lines.values_list("net", flat=True)) == [Decimal(-4), Decimal(4), Decimal(45)]


def test_a_window_that_beat_opened_keeps_its_opening(quarter, coordinator):
    opened = at(date(2026, 1, 10))
    ClosingWindow.objects.create(quarter=quarter, opened_at=opened)
    assert after_closing.request_closing(quarter, by=coordinator, at=PRESSED).opened_at == opened


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Quarter(2025, 3), "already_closed"),
        (Quarter(2026, 1), "not_over"),
        (Quarter(2024, 4), "before_programme"),
    ],
)
def test_what_can_be_told_at_once_is_told_at_once(asked, reason, quarter, coordinator):
    before = outcome()
    with pytest.raises(ClosingRefused) as refused:
        after_closing.request_closing(asked, by=coordinator, at=PRESSED)
    assert refused.value.reason == reason
    assert outcome() == before and not ClosingWindow.objects.filter(quarter=asked, requested_at=PRESSED).exists()


def press(quarter, coordinator, moment=PRESSED) -> ClosingWindow:
    return after_closing.request_closing(quarter, by=coordinator, at=moment)


def test_a_refusal_in_the_worker_is_kept_until_the_next_press(quarter, coordinator, workers, food_bank):
    food_bank.iban = ""
    food_bank.save()
    window = press(quarter, coordinator)
    before = outcome()
    tasks.close_quarter(window.pk)
    window.refresh_from_db()
    assert window.refused == "no_iban"
    tasks.close_quarter(window.pk)
    tasks.finish_closings()
    assert outcome() == before, "a refused press is not tried again by itself"

    by_two.account(food_bank, "NL39RABO0300065264")
    food_bank.save()
    window = press(quarter, coordinator, PRESSED + timedelta(hours=1))
    assert window.refused == ""
    tasks.close_quarter(window.pk)
    assert Closing.objects.get(quarter=quarter).closed_at == PRESSED + timedelta(hours=1)


def test_a_missing_tariff_is_kept_as_such(quarter, coordinator):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    window = press(quarter, coordinator)
    tasks.close_quarter(window.pk)
    window.refresh_from_db()
    assert window.refused == "missing_tariff"


def test_a_newer_press_is_not_answered_by_an_older_refusal(quarter, coordinator, food_bank):
    food_bank.iban = ""
    food_bank.save()
    old = press(quarter, coordinator)
    press(quarter, coordinator, PRESSED + timedelta(minutes=1))
    after_closing.close_requested(old)
    assert ClosingWindow.objects.get(quarter=quarter).refused == ""


# --- here and now ---------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_the_command_does_the_same_in_its_own_process(quarter, coordinator, mailoutbox):
    closing = after_closing.close_now(quarter, by=coordinator, at=PRESSED)
    assert outcome() == everything() and after_closing.is_finished(closing)
    assert len(mailoutbox) == 3
    with pytest.raises(ClosingRefused, match="already_closed"):
        after_closing.close_now(quarter, by=coordinator, at=PRESSED)


def test_what_the_command_is_refused_is_not_closed_later_by_itself(quarter, coordinator):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    before = outcome()
    with pytest.raises(MissingTariff):
        after_closing.close_now(quarter, by=coordinator, at=PRESSED)
    by_two.tariff(kind="handling", first_day=date(2025, 1, 1), amount=Decimal(4), vat="outside")
    tasks.finish_closings()
    assert outcome() == before


def test_the_command_finishes_what_was_cut_off(quarter, coordinator, monkeypatch):
    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(statement_pdf, "render", killed)
        after_closing.close_now(quarter, by=coordinator, at=PRESSED)
    after_closing.close_now(quarter, by=coordinator, at=PRESSED + timedelta(hours=2))
    assert outcome() == everything()
    assert Closing.objects.get(quarter=quarter).closed_at == PRESSED


# --- the broker -------------------------------------------------------------------------------------------------------


@pytest.fixture
def broker_away(monkeypatch):
    """An address where nobody answers; connections that were open are let go. Gives what was done to reach it."""
    done: list[str] = []
    connect = Connection._connect

    def knock(connection, *args, **kwargs):
        done.append("knocked")
        return connect(connection, *args, **kwargs)

    monkeypatch.setattr(Connection, "_connect", knock)
    monkeypatch.setattr(functional, "sleep", lambda seconds: done.append("waited"))
    address, options = app.conf.broker_url, app.conf.broker_transport_options

    def move(to: str, how: dict) -> None:
        app.conf.broker_url = app.conf.broker_write_url = to
        app.conf.broker_transport_options = how
        app.amqp._producer_pool = app._pool = None

    move("redis://127.0.0.1:1/0", {"max_retries": 1, "interval_start": 0})
    yield done
    move(address, options)


def test_without_a_broker_the_press_stands_and_the_sweeper_does_it_all(
    quarter, coordinator, broker_away, mailoutbox, caplog, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        after_closing.request_closing(quarter, by=coordinator, at=PRESSED)
    assert broker_away == ["knocked"] * 2, "once more, and no waiting: a page must answer"
    assert "The broker cannot be reached" in caplog.text
    assert not Closing.objects.filter(quarter=quarter).exists()
    tasks.finish_closings()
    assert outcome() == everything()
    assert len(mailoutbox) == 3


def test_the_chain_goes_on_without_a_broker_half_way(quarter, coordinator, broker_away):
    window = press(quarter, coordinator)
    tasks.close_quarter(window.pk)
    assert Closing.objects.filter(quarter=quarter).exists()
    tasks.finish_closings()
    assert outcome() == everything()


def test_a_step_that_fails_leaves_the_others_their_turn(quarter, coordinator, monkeypatch, caplog):
    press(quarter, coordinator)

    def fail(closing):
        raise RuntimeError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(after_closing, "make_report", fail)
        tasks.finish_closings()
    assert "Not finished: report of 2025-Q4" in caplog.text
    closing = Closing.objects.get(quarter=quarter)
    progress = after_closing.progress(closing)
    assert (progress.documents, progress.mailed, progress.report, progress.finished) == (3, 3, False, False)
    tasks.finish_closings()
    assert after_closing.is_finished(closing)


# --- documents by the chunk -------------------------------------------------------------------------------------------


def test_documents_go_from_chunk_to_chunk_and_what_follows_starts_after_the_last(quarter, coordinator, monkeypatch):
    """A paper a chunk here: three tasks begin, each goes on where it came to; who finds nothing starts the rest."""

    def start(work) -> None:
        started.append([each.task for each in work.tasks] if work.task == "celery.chain" else list(work.args))

    started: list[object] = []
    monkeypatch.setattr(after_closing, "_start", start)
    monkeypatch.setattr(issuing, "CHUNK", 1)
    closing = after_closing.close_requested(press(quarter, coordinator))
    started.clear()
    after_closing.start_after_closing(closing)
    assert started == [[closing.pk]] * 3
    first, second, third = closing.statements.order_by("pk").values_list("pk", flat=True)
    for after, then in ((0, first), (first, second), (0, third)):
        started.clear()
        tasks.make_documents(closing.pk, after)
        assert started == [[closing.pk, then]]
    started.clear()
    tasks.make_documents(closing.pk, third)
    assert started == [[after_closing.REPORT, after_closing.MAIL]]


def test_a_paper_that_cannot_be_made_keeps_nobody_from_report_and_mail(
    quarter, coordinator, workers, mailoutbox, monkeypatch
):
    real = statement_pdf.render

    def render(statement, *rest) -> bytes:
        if statement.kind == Statement.Kind.INVOICE:
            raise RuntimeError("planted")
        return real(statement, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(statement_pdf, "render", render)
        tasks.close_quarter(press(quarter, coordinator).pk)
    progress = after_closing.progress(Closing.objects.get(quarter=quarter))
    assert (progress.report, progress.failed_documents) == (True, 2)
    assert len(mailoutbox) == progress.documents == progress.statements - 2
    tasks.finish_closings()
    assert outcome() == everything()


# --- the timetable and the names --------------------------------------------------------------------------------------


def test_every_name_in_the_chain_and_the_timetable_is_a_task():
    current_app.loader.import_default_modules()
    names = {after_closing.CLOSE, after_closing.DOCUMENTS, after_closing.REPORT, after_closing.MAIL}
    names |= {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert names <= set(current_app.tasks)
