"""The files of an edition: the paper, a workbook and a list, all of what was kept and nothing else."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kbl.spreadsheets import to_csv, to_xlsx
from kbl.spreadsheets.writing import CSV, XLSX, Cell, steady
from reporting.editions.models import EditionFile, ReportEdition, TextPlace
from reporting.editions.release import EditionWords, content_of
from reporting.figures.table import FigureRow, FigureTable
from reporting.report import drawings, kept_reports, pdf
from reporting.report.kept_reports import ReadReport

Form = EditionFile.Form
TYPES = {Form.PDF: "application/pdf", Form.XLSX: XLSX, Form.CSV: CSV}
HEADINGS = ["tabel", "rij", "kolom", "waarde", "te klein om te tonen"]
WHOLE = re.compile(r"-?\d{1,3}(\.\d{3})*")
EUROS = re.compile(r"€\s?(-?[\d.]+),(\d\d)")
NAMES = {form: f"voortgangsrapportage-{{quarter}}{{version}}.{form.value}" for form in Form}


@transaction.atomic
def make(edition: ReportEdition, *, at: datetime) -> None:
    """Make what an edition still lacks of its files; what is there stays."""
    there = set(edition.files.values_list("form", flat=True))
    read, words = kept_reports.read(edition.closing), content_of(edition)
    drawings.keep(read)
    makers = {
        Form.PDF: lambda: pdf.render(edition.closing, at=at, words=words, asked_at=edition.asked_at),
        Form.XLSX: lambda: steady(to_xlsx(HEADINGS, rows(read, words), title=f"Rapportage {read.period.quarter}")),
        Form.CSV: lambda: to_csv(HEADINGS, rows(read, words)),
    }
    for form, maker in makers.items():
        if form in there:
            continue
        content = maker()
        EditionFile.objects.create(
            edition=edition,
            form=form,
            filename=filename(edition, form),
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            made_at=at,
        )


def filename(edition: ReportEdition, form: Form) -> str:
    """The name that a file keeps: of its quarter, and of its version when there was one before."""
    version = f"-versie-{edition.version}" if edition.version > 1 else ""
    return NAMES[form].format(quarter=edition.closing.quarter, version=version)


def rows(read: ReadReport, words: EditionWords) -> Iterator[list[Cell]]:
    """Every figure of the report with where it stands, then its texts."""
    yield from rows_of(tables_of(read))
    for place, text in words.texts.items():
        yield ["Tekst", str(TextPlace(place).label), "", text, ""]
    for story in words.stories:
        yield ["Verhaal", story["title"], "", story["text"], ""]


def rows_of(tables: Iterable[FigureTable]) -> Iterator[list[Cell]]:
    """Every figure of some tables."""
    for table in tables:
        for line in [*table.rows, *filter(None, [table.rest, table.total])]:
            yield from _cells(table, line)


def tables_of(read: ReadReport) -> list[FigureTable]:
    """The tables of a report, in the order in which they were kept."""
    return [each for each in read.shown.values() if isinstance(each, FigureTable)]


def _cells(table: FigureTable, line: FigureRow) -> Iterator[list[Cell]]:
    for heading, cell in zip(table.headings, line.cells, strict=True):
        yield [table.title, line.label, heading, _value(cell.text), "ja" if cell.held else ""]


def _value(text: str) -> Cell:
    """A number as a number, an amount as an amount; the rest as it reads."""
    plain = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    if WHOLE.fullmatch(plain):
        return int(plain.replace(".", ""))
    if euros := EUROS.fullmatch(plain):
        return Decimal(f"{euros[1].replace('.', '')}.{euros[2]}")
    return plain
