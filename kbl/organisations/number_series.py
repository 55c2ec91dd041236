"""Series of numbers that stay used, whatever happens to the database: vouchers, orders, statements, payment runs.

A restored database has yesterday's counters, and would give out today's numbers again: the same serial with other
digits, the same invoice number on another invoice. So each series' last number is also kept in a file outside the
database (`KBL_SERIES_FILE`, on a volume that no restore touches). Whoever takes a number asks `last_used` first: when
the file knows more than the counter, the series goes on after what the file knows, and a row says which numbers were
passed over and why (`NumberGap`), so that the books can still tell a gap from a loss.

The file only grows: a line per number or range given out, written and synced once the transaction is there for good.
A number that was rolled back is in no line, so it is given out after all and leaves no gap.
"""

import logging
import os
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from kbl.guards import AppendOnly

logger = logging.getLogger(__name__)

VOUCHERS = "vouchers"


class NumberGap(models.Model):
    """Numbers of a series, `first` to `last`, that are passed over: they may have been given out before a restore."""

    class Reason(models.TextChoices):
        FILE = "file", "het bestand naast de database kent hogere nummers"
        RESTORED = "restored", "ruim overgeslagen na het terugzetten van een reservekopie"

    series = models.CharField("reeks", max_length=20)
    first = models.PositiveIntegerField("eerste")
    last = models.PositiveIntegerField("laatste")
    reason = models.CharField("waarom", max_length=8, choices=Reason)
    at = models.DateTimeField("op")

    GUARD = AppendOnly()

    class Meta:
        app_label = "organisations"
        verbose_name = "overgeslagen nummers"
        verbose_name_plural = "overgeslagen nummers"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="numbers_passed_over_once", fields=["series", "first"]),
            models.CheckConstraint(
                name="gap_runs_forward", condition=models.Q(first__gte=1, last__gte=models.F("first"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.first}-{self.last}"


def marks() -> dict[str, int]:
    """The last number of every series as the file outside the database knows it; empty without such a file.

    Raises OSError when the file is there and cannot be read: better no number than one that is used twice.
    """
    if not settings.KBL_SERIES_FILE:
        return {}
    found: dict[str, int] = {}
    try:
        lines = Path(settings.KBL_SERIES_FILE).read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:  # the first number of all
        return {}
    for line in lines:
        name, _, last = line.partition("\t")
        if last.isdigit():  # a line that was cut off by a crash is no line
            found[name] = max(found.get(name, 0), int(last))
    return found


def last_used(series: str, *, counted: int, at: datetime) -> int:
    """After which number a series goes on: `counted`, what its counter says, or more when the file knows more.

    Called with the counter's row held, by whoever takes the next number; what is passed over is kept with its reason.
    """
    return last_used_of({series: counted}, at=at)[series]


def last_used_of(counted: Mapping[str, int], *, at: datetime) -> dict[str, int]:
    """`last_used` of many series at once: the file is read once. Called with the rows of all counters held."""
    known = marks()
    return {
        series: pass_over(series, counted=number, until=known.get(series, 0), reason=NumberGap.Reason.FILE, at=at)
        for series, number in counted.items()
    }


def pass_over(series: str, *, counted: int, until: int, reason: str, at: datetime) -> int:
    """Leave out what lies between the counter and `until`; returns the number after which the series goes on."""
    if until <= counted:
        return counted
    NumberGap.objects.create(series=series, first=counted + 1, last=until, reason=reason, at=at)
    return until


def keep(series: str, last: int) -> None:
    """Write down outside the database that this number is used, as soon as the transaction stands."""
    keep_all({series: last})


def keep_all(last: Mapping[str, int]) -> None:
    """`keep` for the last number of many series at once: the file is written once."""
    if settings.KBL_SERIES_FILE and last:
        transaction.on_commit(partial(_append, dict(last)))


def _append(last: Mapping[str, int]) -> None:
    """A line for each series at the end, on the disk before anybody goes on. Lines of several processes do not mix."""
    try:
        with Path(settings.KBL_SERIES_FILE).open("a", encoding="ascii") as file:
            # The first end of line closes what a crash left half written.
            file.write("".join(f"\n{series}\t{number}\n" for series, number in last.items()))
            file.flush()
            os.fsync(file.fileno())
    except OSError:  # the numbers stand already; check_books tells that the file lags behind
        logger.exception("The series file could not be written: %s", dict(last))
