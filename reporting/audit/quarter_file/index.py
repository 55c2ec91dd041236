"""The index of a quarter's file: to read (HTML), to sort (CSV), and to check (`sha256sum -c SHA256SUMS`)."""

from django.template.loader import render_to_string

from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.settlements.models import Closing
from kbl.spreadsheets import Cell, to_csv
from reporting.audit.quarter_file.archive import Archive, Packed
from reporting.audit.quarter_file.tables import statements_of

FOLDERS = {
    "boeken": "De boeken",
    "stukken": "Uitgegeven stukken",
    "e-facturen": "E-facturen",
    "rapportage": "Rapportage",
    "betaalbestanden": "Betaalbestanden",
    "bewijsstukken": "Bewijsstukken",
    "controle": "Controle",
}
HEADERS = ["pad", "sha256", "grootte", "wat"]


def add(archive: Archive, closing: Closing) -> None:
    """Add the index of everything that is in the archive by now, and the list of hashes of everything with it."""
    files = list(archive.packed)
    rows: list[list[Cell]] = [[each.path, each.sha256, each.size, each.what] for each in files]
    archive.add("index.csv", to_csv(HEADERS, rows), "Deze inhoud als tabel.")
    archive.add("index.html", _page(closing, files), "Deze inhoud om te lezen.")
    sums = "".join(f"{each.sha256}  {each.path}\n" for each in archive.packed)
    archive.add("SHA256SUMS", sums.encode(), "De controlesom van elk bestand.")


def _page(closing: Closing, files: list[Packed]) -> bytes:
    statements = list(statements_of(closing))
    totals = {
        "net": sum((each.net for each in statements), ZERO),
        "vat": sum((each.vat for each in statements), ZERO),
        "payable": sum((each.payable for each in statements), ZERO),
        "lines": sum(each.line_count for each in statements),  # type: ignore[attr-defined]
    }
    folders = [
        (title, [each for each in files if each.path.startswith(f"{folder}/")]) for folder, title in FOLDERS.items()
    ]
    context = {
        "programme": Programme.current(),
        "closing": closing,
        "statements": statements,
        "totals": totals,
        "folders": [(title, found) for title, found in folders if found],
    }
    return render_to_string("cubiss/audit/quarter_file_index.html", context).encode()
