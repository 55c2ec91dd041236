"""Another process that makes a report of the same books: `python -m tests.reporting.keeping DATABASE QUARTER`.

It writes the hash of what it would keep, of the drawings and of the paper, and keeps nothing.
"""

import hashlib
import json
import sys

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from kbl.settlements.models import Closing  # noqa: E402
from reporting.report import charts, drawings, kept_reports, pdf  # noqa: E402


def made(quarter: str) -> dict[str, str]:
    """The hashes of what this process makes of a quarter; nothing of it stays."""
    # What this process drew before must not be seen in what it draws now.
    charts.KeptChart("gemeenten", "", "", [{"name": sys.argv[0], "number": 7}]).draw(drawings.SIZES["paper"])
    with transaction.atomic():
        closing = Closing.objects.get(quarter=quarter)
        content = kept_reports.content_of(closing, kept_reports.history_of(closing, at=closing.closed_at))
        drawn = bytes(drawings.keep(kept_reports.read(closing)).content)
        paper = pdf.render(closing)
        transaction.set_rollback(True)
    hashes = [hashlib.sha256(each).hexdigest() for each in (content, drawn, paper)]
    return dict(zip(("kept", "drawn", "paper"), hashes, strict=True))


if __name__ == "__main__":
    connection.settings_dict["NAME"] = sys.argv[1]
    print(json.dumps(made(sys.argv[2])))
