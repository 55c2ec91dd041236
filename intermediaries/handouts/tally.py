"""A tally sheet (turflijst) for a place without a computer: the numbers in stock, a box and a day for each.

There is no place on it where a name could be written, and it says so. The numbers are reported later at Uitreiken.
"""

from collections.abc import Sequence
from datetime import datetime

from kbl import pdf
from kbl.clock import local_day
from kbl.organisations.models import Organisation, Programme
from vouchers.numbers import SerialRange

MOST = 400  # ten sheets of forty; whoever has more prints again when these are gone
PER_TABLE = 20  # numbers in one column of the sheet; two columns on a page


def tally_sheet(organisation: Organisation, serials: Sequence[SerialRange], *, at: datetime) -> bytes:
    """The PDF of the first MOST numbers of these; PDF/UA, A4."""
    numbers = [serial for each in serials for serial in each]
    shown = numbers[:MOST]
    tables = [shown[start : start + PER_TABLE] for start in range(0, len(shown), PER_TABLE)]
    context = {
        "organisation": organisation,
        "programme": Programme.current(),
        "on": local_day(at),
        "pairs": [tables[start : start + 2] for start in range(0, len(tables), 2)],
        "count": len(shown),
        "more": len(numbers) - len(shown),
    }
    name = f"turflijst-{organisation.slug}-{local_day(at)}"
    return pdf.render("documents/tally.html", context, made_at=at, identifier=name)
