"""A quarter's complete file as one ZIP: every document, line, hash, payment file and bank match, with an index.

The same books give the same bytes: the order is fixed, every file carries the moment of the closing, and nothing in it
says when or for whom it was packed. Call `pack` inside one snapshot of the books.
"""

import io
from collections.abc import Callable, Iterator

from kbl.clock import local_day
from kbl.fund.models import Evidence
from kbl.payments.models import PaymentFile
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.models import Closing, Document, EInvoice
from kbl.spreadsheets import Cell, csv_pieces, steady, to_csv, to_xlsx
from reporting.audit import integrity_check
from reporting.audit.quarter_file import costs, index, paid, tables
from reporting.audit.quarter_file.archive import Archive
from reporting.journal import double_entry, files
from reporting.models import QuarterSeal
from reporting.seals import sealing

MOST_IN_XLSX = 1_000_000  # a sheet holds little more


def name(closing: Closing) -> str:
    """The name of the ZIP."""
    return f"kbl-kwartaaldossier-{closing.quarter}.zip"


def pack(closing: Closing, progress: Callable[[int], None] = lambda done: None, *, payment_files: bool = True) -> bytes:
    """The ZIP of a closed quarter; documents pass through one by one. Without `payment_files` it has their hashes."""
    out = io.BytesIO()
    archive = Archive(out, closing.closed_at)
    _books(archive, closing)
    _issued(archive, closing)
    _payment_files(archive, closing, whole=payment_files)
    _costs(archive, closing)
    progress(len(archive.packed))
    _checked(archive, closing)
    index.add(archive, closing)
    archive.close()
    return out.getvalue()


def _books(archive: Archive, closing: Closing) -> None:
    """The tables, the lines also as a workbook."""
    for table in (tables.LINES, *tables.TABLES, *paid.TABLES, costs.TABLE):
        pieces = csv_pieces(table.headers, table.rows(closing))
        archive.add(f"boeken/{table.name}.csv", pieces, table.what)
    if closing.statements.filter(lines__isnull=False).count() <= MOST_IN_XLSX:
        table = tables.LINES
        workbook = to_xlsx(table.headers, table.rows(closing), title=str(closing.quarter))
        what = f"{table.what} Als werkmap."
        archive.add(f"boeken/{table.name}.xlsx", steady(workbook), what)


def _issued(archive: Archive, closing: Closing) -> None:
    """Every issued document and e-invoice, the bytes that were kept."""
    for document in _one_by_one(Document.objects.filter(closing=closing).order_by("kind", "filename")):
        is_report = document.kind == Document.Kind.REPORT
        folder, what = ("rapportage", "De rapportage.") if is_report else ("stukken", "Het uitgegeven stuk.")
        archive.add(f"{folder}/{document.filename}", document.content, what)
    for invoice in _one_by_one(EInvoice.objects.filter(statement__closing=closing).order_by("filename")):
        archive.add(f"e-facturen/{invoice.filename}", invoice.content, "De e-factuur (UBL).")


def _payment_files(archive: Archive, closing: Closing, *, whole: bool) -> None:
    """What went to the bank: their names and hashes, and the files themselves for who may fetch those."""
    runs = paid.payments_of(closing).values("run")
    files_of = PaymentFile.objects.filter(run__in=runs).order_by("filename")
    rows: list[list[Cell]] = [[each.filename, each.sha256] for each in files_of.defer("content")]
    what = "De betaalbestanden die naar de bank gingen, met hun controlesom."
    archive.add("boeken/betaalbestanden.csv", to_csv(["betaalbestand", "sha256"], rows), what)
    for file in _one_by_one(files_of) if whole else ():
        what = "Het betaalbestand dat naar de bank ging; er kunnen ook andere kwartalen in staan."
        archive.add(f"betaalbestanden/{file.filename}", file.content, what)


def _costs(archive: Archive, closing: Closing) -> None:
    """What proves the costs of the quarter's days, and the journal of what was written down in them."""
    for evidence in _one_by_one(Evidence.objects.filter(pk__in=costs.evidence_of(closing)).order_by("pk")):
        archive.add(f"bewijsstukken/{costs.evidence_name(evidence)}", evidence.content, "Bewijs van een kostenpost.")
    quarter = closing.quarter
    written = double_entry.entries(double_entry.JournalPeriod(quarter.first_day, quarter.last_day))
    what = "Het journaal van wat in dit kwartaal is geboekt, met debet en credit."
    archive.add("boeken/journaal.csv", files.csv_file(written), what)


def _one_by_one(rows) -> Iterator:
    return rows.iterator(chunk_size=1)


def _checked(archive: Archive, closing: Closing) -> None:
    """What the books say of themselves: every invariant, and the digest beside the one that the report carries."""
    results = list(integrity_check.results())
    lines = ["De boeken, nagekeken op het moment van dit dossier.", ""]
    for result in results:
        verdict = "klopt" if not result.found else f"NIET IN ORDE: {result.found}"
        lines.append(f"{verdict:<18}  {result.title} ({result.name})")
        lines += [" " * 20 + ", ".join(f"{name}={value}" for name, value in row.items()) for row in result.rows]
    wrong = sum(bool(result.found) for result in results)
    lines += ["", f"{len(results)} afspraken, {wrong} niet in orde." if wrong else f"Alle {len(results)} kloppen."]
    archive.add("controle/boeken-nagekeken.txt", _text(lines), "Elke afspraak over de boeken, nagekeken.")
    report = Document.objects.filter(kind=Document.Kind.REPORT, closing=closing).defer("content").first()
    now = books_digest(closing, like=report.books_digest if report else "")
    printed = report.books_digest if report else "er is nog geen rapportage"
    same = "gelijk" if now == printed else "NIET GELIJK"
    lines = [
        f"Kwartaal {closing.quarter}, gesloten op {local_day(closing.closed_at).isoformat()}.",
        f"Controlesom van de boeken nu:         {now}",
        f"Controlesom in de rapportage:         {printed}",
        f"Uitkomst:                             {same}",
    ]
    archive.add("controle/controlesom.txt", _text(lines), "De controlesom van de boeken, naast die van de rapportage.")
    if seal := QuarterSeal.objects.select_related("closing").filter(closing=closing).first():
        what = "Het zegel van het kwartaal: gelijk aan dat op de rapportage, in de mail en in de map buiten de boeken."
        archive.add(f"controle/{sealing.name_of(seal)}", sealing.words(seal).encode(), what)


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
