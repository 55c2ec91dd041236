"""What the tests do once where the house does it every time: the outcome is the same, and so is what a test asks.

Beginning is dear, and tests begin thousands of times: a test client looks for all static files (30 ms), a quarter that
closes starts Saxon (half a second). What is kept here is what does not depend on the test.
"""

import atexit
import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, local

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.template import Context, Template
from whitenoise.middleware import WhiteNoiseMiddleware

from kbl.settlements.closing import made_with_closing
from kbl.settlements.documents.einvoice import checks


def begin() -> None:
    """Once per process, before the first test."""
    WhiteNoiseMiddleware.add_files_from_finders = _static_files_once()  # type: ignore[method-assign]
    # A browser gets them from the site itself and keeps them, as in production; the server of Django's tests looks for
    # each of them at every page. For longer than our stories are from today, which is the browser's own day.
    StaticFilesHandler._should_handle = lambda handler, path: False  # type: ignore[method-assign]
    settings.WHITENOISE_MAX_AGE = WhiteNoiseMiddleware.FOREVER
    checks.run_rules = KeptSaxon(checks.run_rules)  # type: ignore[assignment]


def under_way() -> None:
    """Once per process, when Django is ready for tests: what a page was given is kept of the page itself, for a test
    that asks, and not of every part of it, which was a tenth of the work."""
    told = Template._render
    inside = local()

    def render(template: Template, context: Context) -> str:
        if getattr(inside, "page", False):
            return template.nodelist.render(context)
        inside.page = True
        try:
            return told(template, context)
        finally:
            inside.page = False

    Template._render = render  # type: ignore[method-assign]


# Rooms whose stories close quarters for what comes of the statements: money, stock, pages, files. None of them reads
# the report that the transaction of a closing keeps, which asks more than the closing itself. That a closing keeps it,
# and falls with it, is told in tests/reporting, where it is read, and wherever the closing is the story: `with_report`.
NOT_ABOUT_REPORTS = frozenset(
    {
        "accounts",
        "apart",
        "basics",
        "discrepancies",
        "fund",
        "intake",
        "intermediaries",
        "jobs",
        "libraries",
        "mail",
        "office",
        "organisations",
        "payments",
        "portals",
        "races",
        "rules",
        "search",
        "settlements",
        "spreadsheets",
        "texts",
        "upkeep",
        "voucher_record",
        "vouchers",
    }
)


@contextmanager
def closings_alone() -> Iterator[None]:
    """In here a closing makes its statements and nothing of other rooms with them."""
    kept = list(made_with_closing._MAKERS)
    made_with_closing._MAKERS.clear()
    try:
        yield
    finally:
        made_with_closing._MAKERS[:] = kept


def collected() -> None:
    """Once per process, when all tests are known: whatever is there by now stays, so that nobody need look for it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _static_files_once() -> Callable[[WhiteNoiseMiddleware], None]:
    """The static files that a middleware finds, found once."""
    look_for_them, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add_files(middleware: WhiteNoiseMiddleware) -> None:
        if middleware.static_prefix not in found:
            look_for_them(middleware)
            found[middleware.static_prefix] = dict(middleware.files)
        middleware.files.update(found[middleware.static_prefix])

    return add_files


class KeptSaxon:
    """The process with the CEN rules, kept open; a test that puts another programme in its place gets its own start."""

    def __init__(self, started_each_time: Callable[..., bytes]) -> None:
        self.started_each_time = started_each_time
        self.programme = checks.SCHEMATRON
        self.one_at_a_time = Lock()
        self.process: subprocess.Popen | None = None

    def __call__(self, asked: bytes, *, seconds: int) -> bytes:
        if self.programme != checks.SCHEMATRON:
            return self.started_each_time(asked, seconds=seconds)
        with self.one_at_a_time:
            process = self._alive()
            assert process.stdin and process.stdout
            process.stdin.write(asked + b"\n")
            process.stdin.flush()
            return process.stdout.readline()

    def _alive(self) -> subprocess.Popen:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-I", str(self.programme)]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            atexit.register(self.process.kill)
        return self.process
