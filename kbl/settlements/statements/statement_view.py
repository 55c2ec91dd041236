"""A statement as people read it: its lines with what they stand for, its totals per VAT rate, its history.

Shared by the office, the portals and the audit, so that two screens never tell two stories. The PDF groups the lines
its own way (documents/line_groups.py).
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Page
from django.db.models import Count, QuerySet, Sum

from kbl.money import euro, percentage
from kbl.organisations.models import Programme
from kbl.second_person.models import PendingChange
from kbl.settlements.models import Document, EInvoice, Line, Statement, StatementStep, VatTreatment
from kbl.settlements.statements import breakdown, credits, silence
from libraries.models import Enrolment
from vouchers.numbers import SerialRange, ranges_of


@dataclass(frozen=True)
class VatRow:
    """The total of the lines under one VAT treatment (as it was frozen on the line), in euros."""

    treatment: VatTreatment
    rate: Decimal
    lines: int
    net: Decimal
    vat: Decimal

    @property
    def words(self) -> str:
        """`vrijgesteld`, `9 %`."""
        return str(self.treatment.label)


def vat_rows(statement: Statement) -> list[VatRow]:
    """The statement's lines added up per VAT treatment; the rows add up to its `net` and `vat` to the cent."""
    sums = statement.lines.order_by("vat_rate", "vat").values("vat", "vat_rate")
    return [
        VatRow(
            VatTreatment(row["vat"]),
            row["vat_rate"],
            row["lines"],
            euro(row["total"]),
            percentage(euro(row["total"]), row["vat_rate"]),
        )
        for row in sums.annotate(lines=Count("pk"), total=Sum("net"))
    ]


def lines_of(statement: Statement) -> QuerySet[Line]:
    """The lines with everything that `line_words`, `is_late` and the correction's story look at."""
    return statement.lines.select_related(
        "statement__closing",
        "membership_year__enrolment",
        "corrects__statement__closing",
        "correction",
        "corrected_by__statement__closing",
    )


def line_words(line: Line) -> str:
    """What a line is for: `uitreiking`, `nieuw lid`, `omzetting`, `verlenging, jaar 2`."""
    year = line.membership_year
    return words_for(year.ordinal, year.enrolment.kind) if year else words_for(None, None)


def words_for(ordinal: int | None, kind: str | None) -> str:
    """The same words, for the ordinal of a membership year and the kind of its enrolment; neither for a hand-out."""
    if ordinal is None:
        return "uitreiking"
    if ordinal > 1:
        return f"verlenging, jaar {ordinal}"
    return "omzetting" if kind == Enrolment.Kind.CONVERSION else "nieuw lid"


@dataclass(frozen=True)
class ReadLine:
    """A line with its words, for a template."""

    line: Line
    words: str
    late: bool
    asked: PendingChange | None = None  # a correction that waits for a second person; only Cubiss sees it

    @property
    def is_correction(self) -> bool:
        return self.line.corrects_id is not None

    @property
    def is_corrected(self) -> bool:
        """Cubiss took it back: the opposite line is there, or comes with the next closing."""
        return hasattr(self.line, "correction")

    @property
    def settled_on(self) -> Statement | None:
        """The statement that has the opposite of this line; None until the next closing."""
        return self.line.corrected_by.statement if hasattr(self.line, "corrected_by") else None


def read(lines: list[Line]) -> list[ReadLine]:
    """Lines of `lines_of` with their words."""
    return [ReadLine(line, line_words(line), line.is_late) for line in lines]


def context(statement: Statement, page: Page, *, on: date) -> dict:
    """What every page of one statement shows on a day: the office's and the parties'."""
    return {
        "statement": statement,
        "page": page,
        "lines": read(list(page.object_list)),
        "vat_rows": vat_rows(statement),
        "steps": steps_of(statement),
        "document": Document.objects.filter(statement=statement).defer("content").first(),
        "einvoice": EInvoice.objects.filter(statement=statement).defer("content").first(),
        "iban": " ".join(re.findall(".{1,4}", statement.particulars.get("iban") or "")),
        "has_vat": bool(statement.vat),
        "late_count": late_lines(statement).count(),
        "correction_count": statement.lines.filter(corrects__isnull=False).count(),
        "breakdown": breakdown.of_statement(statement),
        "outlook": silence.outlook(statement, Programme.current(), on=on),
        "reopened": is_reopened(statement),
        "credit_from": credits.credit_from(statement),
        "credit_to": credits.credit_to(statement),
    }


def is_reopened(statement: Statement) -> bool:
    """It was in payment or paid before, and waits to be paid again."""
    began = statement.steps.filter(status__in=[Statement.Status.IN_PAYMENT, Statement.Status.PAID])
    return statement.status == Statement.Status.APPROVED and began.exists()


@dataclass(frozen=True)
class StepTaken:
    """A step that a statement made, and the vouchers that were named with it."""

    made: StatementStep
    numbers: tuple[SerialRange, ...]


def steps_of(statement: Statement) -> list[StepTaken]:
    """The steps of a statement, the first one first."""
    steps = statement.steps.select_related("by").prefetch_related("numbers").order_by("pk")
    return [StepTaken(step, tuple(ranges_of(each.serial for each in step.numbers.all()))) for step in steps]


def late_lines(statement: Statement) -> QuerySet[Line]:
    """The lines whose day lies before the statement's own quarter: reported late."""
    return statement.lines.filter(corrects__isnull=True, on__lt=statement.closing.quarter.first_day)
