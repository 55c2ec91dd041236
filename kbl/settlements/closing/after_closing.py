"""What follows when Cubiss presses *close*: close the books -> documents -> the province's report -> mail.

    request_closing()   the button: keeps the press, starts the first step, returns at once
    close_now()         the command: the same steps, here and now
    finish()            the sweeper: whatever was pressed and not finished, it finishes

Every step may run again, run twice at once or be killed anywhere: it looks in the database what is there already and
adds what is missing, once. So the broker only brings speed; when it is away, `finish` does the work.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from celery import Signature, current_app, signature
from celery import chain as one_after_the_other
from django.db import transaction

from kbl.broker import hand_over
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing.closing import ClosingRefused, assert_closable, close
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, ClosingWindow, Document, FailedDocument, Notice, Statement
from kbl.settlements.sentences import CLOSING_REFUSALS, code
from kbl.settlements.statements import notices, own_numbers, silence

log = logging.getLogger(__name__)

# The report is made in `reporting`, which this room may not import: it is known by the name of its task alone.
CLOSE = "kbl.settlements.tasks.close_quarter"
DOCUMENTS = "kbl.settlements.tasks.make_documents"
ONE_DOCUMENT = "kbl.settlements.tasks.make_document"
REPORT = "reporting.tasks.make_report"
MAIL = "kbl.settlements.tasks.send_notices"
SIDE_BY_SIDE = 8  # tasks that make documents of one closing; more than there are workers
SWEEP_SECONDS = 300  # that one sweep makes documents of one closing: it has to end before its task is stopped


def request_closing(quarter: Quarter, *, by, at: datetime) -> ClosingWindow:
    """Cubiss presses *close*. Raises ClosingRefused for what is known now; a later refusal is kept on the window."""
    with transaction.atomic():
        window = _press(quarter, by=by, at=at)
        transaction.on_commit(lambda: _start(signature(CLOSE, args=[window.pk])))
    return window


def close_now(quarter: Quarter, *, by, at: datetime) -> Closing:
    """Close and do all that follows, in this process. Raises ClosingRefused, MissingTariff.

    A closing that was cut off half-way is finished; one that is wholly done is refused.
    """
    closing = Closing.objects.filter(quarter=quarter).first()
    if closing is None:
        closing = _close(_press(quarter, by=by, at=at))
    elif is_finished(closing):
        raise ClosingRefused(ClosingRefused.Reason.ALREADY_CLOSED, quarter)
    issuing.make_all(closing, at=at)
    make_report(closing)
    notices.send_all(closing, at=at)
    return closing


def close_requested(window: ClosingWindow) -> Closing | None:
    """The first step, in a worker: close the quarter that was asked for; None when that is refused.

    A refusal is kept on the window, for the page to tell; it stays refused until somebody presses again.
    """
    closing = Closing.objects.filter(quarter=window.quarter).first()
    if closing is None and window.requested_at and not window.refused:
        with suppress(*CLOSING_REFUSALS):
            return _close(window)
    return closing


def start_after_closing(closing: Closing) -> None:
    """Hand what follows a closing to the workers: its documents, as many at a time as there are workers free."""
    chunks = -(-issuing.lacking(closing).count() // issuing.CHUNK)
    for _ in range(max(1, min(SIDE_BY_SIDE, chunks))):
        _start(signature(DOCUMENTS, args=[closing.pk]))


def make_documents(closing: Closing, *, after: int, at: datetime) -> None:
    """One chunk of documents, and then the next by whoever is free; whoever finds them all tried, starts the rest."""
    came_to = issuing.make_some(closing, after=after, at=at)
    if came_to is not None:
        _start(signature(DOCUMENTS, args=[closing.pk, came_to]))
    elif issuing.all_tried(closing):
        _start(one_after_the_other(*(signature(name, args=[closing.pk], immutable=True) for name in (REPORT, MAIL))))


def start_document(statement: Statement) -> None:
    """A library gave its invoice number: the document that waited for it is made, now or by the sweeper."""
    transaction.on_commit(lambda: _start(signature(ONE_DOCUMENT, args=[statement.pk])))


def start_documents_of(library: Organisation) -> None:
    """A library agreed that Cubiss draws up its invoices: what waited for that is made."""
    for statement in Statement.objects.filter(organisation=library, document__isnull=True, own_number__isnull=False):
        start_document(statement)


def make_report(closing: Closing) -> None:
    """The province's report, by its own task, in this process."""
    current_app.loader.import_default_modules()
    current_app.tasks[REPORT](closing.pk)


def finish(*, at: datetime) -> None:
    """Find every press that did not close yet and every closing that lacks something, and finish it here.

    A step that fails leaves the others their turn; the next sweep tries it again.
    """
    for window in ClosingWindow.objects.filter(requested_at__isnull=False, refused=""):
        _attempt("closing", close_requested, window)
    notices.free_stale(at=at)
    for closing in Closing.objects.order_by("quarter"):
        if not issuing.all_made(closing):
            _attempt("documents", issuing.make_all, closing, at=at, seconds=SWEEP_SECONDS)
        if not _has_report(closing):
            _attempt("report", make_report, closing)
        _attempt("mail", notices.send_all, closing, at=at)
    silence.send_waiting(at=at)


@dataclass(frozen=True)
class ClosingProgress:
    """How far a closing is: the page shows it while the workers are at it.

    `awaiting` statements get their document when their library gives its own number. `failed_documents` could not be
    made, and neither could the report when `report_failed`.
    """

    statements: int
    documents: int
    report: bool
    mails: dict[str, int]
    awaiting: int = 0
    failed_documents: int = 0
    report_failed: bool = False

    @property
    def expected(self) -> int:
        """How many documents there can be now."""
        return self.statements - self.awaiting

    @property
    def finished(self) -> bool:
        return self.documents >= self.expected and self.report and self.mailed + self.failed == self.statements

    @property
    def stuck(self) -> bool:
        """What is not there yet failed: nothing goes on by itself before the next sweep."""
        made = self.documents + self.failed_documents >= self.expected and (self.report or self.report_failed)
        return made and not self.finished and bool(self.failed_documents or self.report_failed)

    @property
    def mailed(self) -> int:
        return self.mails.get(Notice.State.SENT, 0)

    @property
    def failed(self) -> int:
        return self.mails.get(Notice.State.FAILED, 0)


def progress(closing: Closing) -> ClosingProgress:
    """How far a closing is."""
    states = Notice.objects.filter(statement__closing=closing).values_list("state", flat=True)
    return ClosingProgress(
        statements=closing.statements.count(),
        documents=closing.documents.filter(kind=Document.Kind.STATEMENT).count(),
        report=_has_report(closing),
        mails={state: list(states).count(state) for state in Notice.State.values},
        awaiting=own_numbers.awaiting().filter(closing=closing).count(),
        failed_documents=FailedDocument.objects.filter(closing=closing, statement__isnull=False).count(),
        report_failed=FailedDocument.objects.filter(closing=closing, statement__isnull=True).exists(),
    )


def is_finished(closing: Closing) -> bool:
    """True when nothing is left to do but mail that did not arrive, which is tried again by itself."""
    return progress(closing).finished


def _press(quarter: Quarter, *, by, at: datetime) -> ClosingWindow:
    assert_closable(quarter, at=at)
    window, _ = ClosingWindow.objects.update_or_create(
        quarter=quarter,
        defaults={"requested_at": at, "requested_by": by, "refused": ""},
        create_defaults={"opened_at": at, "requested_at": at, "requested_by": by},
    )
    return window


def _close(window: ClosingWindow) -> Closing:
    """Close at the moment of the press, whoever runs this and whenever; whoever comes second finds it done.

    Raises ClosingRefused, MissingTariff, and keeps why on the window.
    """
    assert window.requested_at
    try:
        return close(window.quarter, by=window.requested_by, at=window.requested_at)
    except CLOSING_REFUSALS as refusal:
        if code(refusal) == ClosingRefused.Reason.ALREADY_CLOSED:
            return Closing.objects.get(quarter=window.quarter)
        # A newer press is not answered by the refusal of an older one.
        ClosingWindow.objects.filter(pk=window.pk, requested_at=window.requested_at).update(refused=code(refusal))
        raise


def _start(work: Signature) -> None:
    """Hand work to the broker. When it is away nothing is lost: `finish` finds the work in the database."""
    hand_over(work, otherwise="the sweeper does the work")


def _attempt(what: str, step: Callable[..., object], of: ClosingWindow | Closing, **named) -> None:
    try:
        step(of, **named)
    except Exception:
        log.exception("Not finished: %s of %s. The next sweep tries again.", what, of)


def _has_report(closing: Closing) -> bool:
    return closing.documents.filter(kind=Document.Kind.REPORT).exists()
