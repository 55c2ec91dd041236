"""The journal as a file that bookkeeping programs read: a row per posting. The same period gives the same bytes."""

from collections.abc import Iterable

from kbl.money import euro
from kbl.spreadsheets import Cell, steady, to_csv, to_xlsx
from reporting.journal.double_entry import JournalEntry

HEADERS = [
    "boekstuk",
    "soort",
    "boekdatum",
    "datum stuk",
    "stuknummer",
    "grootboekrekening",
    "naam rekening",
    "omschrijving",
    "debet",
    "credit",
    "btw-code",
    "relatie",
    "relatiecode",
    "kenmerk",
]


def csv_file(found: Iterable[JournalEntry]) -> bytes:
    """Semicolons, UTF-8 with its mark, every amount with a comma and two decimals."""
    return to_csv(HEADERS, _rows(found), comma=True)


def xlsx_file(found: Iterable[JournalEntry]) -> bytes:
    """A workbook; nothing in it tells when it was made, so that it can be compared byte for byte."""
    return steady(to_xlsx(HEADERS, _rows(found), title="Journaal"))


def _rows(found: Iterable[JournalEntry]) -> Iterable[list[Cell]]:
    for entry in found:
        for each in entry.postings:
            yield [
                entry.voucher,
                entry.kind,
                entry.booked_on,
                entry.on,
                entry.document,
                each.account,
                each.name,
                entry.description,
                euro(each.debit),
                euro(each.credit),
                each.vat_code,
                entry.party,
                entry.party_code,
                entry.reference,
            ]
