"""The digest of a closed quarter: a hash over its statements and lines, which shows whether somebody rewrote them."""

import hashlib
from collections.abc import Iterator
from datetime import UTC

from django.db import connection

from kbl.settlements.models import Closing, Line, Statement


def books_digest(closing: Closing) -> str:
    """A hash over the amounts and numbers of a closing's statements and over all their lines.

    Printed in the province's report, so that nobody, not even the owner of the database, rewrites those unseen
    (docs/threats.md, 8). A party's particulars and the treatment of VAT are not in it.
    """
    closed_at = closing.closed_at.astimezone(UTC)  # one moment has one text, whatever zone it was read in
    digest = hashlib.sha256(f"{closing.quarter} {closed_at.isoformat()}\n".encode())
    for statement in closing.statements.order_by("pk"):
        digest.update(
            f"{statement.pk} {statement.kind} {statement.organisation_id} {statement.number} {statement.net:.2f}"
            f" {statement.vat:.2f} {statement.carried_in:.2f}\n".encode()
        )
    for line in _fast_line_texts(closing) if connection.vendor == "postgresql" else _line_texts(closing):
        digest.update(line.encode())
    return digest.hexdigest()


def _line_texts(closing: Closing) -> Iterator[str]:
    """Each line as the digest reads it, in order."""
    lines = Line.objects.filter(statement__closing=closing).order_by("pk")
    for row in lines.values_list(
        "pk", "statement_id", "handout_id", "membership_year_id", "corrects_id", "serial", "on", "net", "vat_rate"
    ).iterator():
        *ids, net, rate = row
        yield f"{' '.join(map(str, ids))} {net:.2f} {rate:.2f}\n"


def _fast_line_texts(closing: Closing) -> Iterator[str]:
    """The same texts, written by PostgreSQL: 30,000 lines in 0.05 s instead of 0.25 s."""
    facts = ", ".join(f"coalesce({name}::text, 'None')" for name in ("handout_id", "membership_year_id", "corrects_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT concat_ws(' ', line.id, statement_id, {facts}, serial, to_char(\"on\", 'YYYY-MM-DD'),"
            " line.net, vat_rate) || chr(10)"
            f' FROM "{Line._meta.db_table}" line'
            f' JOIN "{Statement._meta.db_table}" statement ON statement.id = line.statement_id'
            " WHERE statement.closing_id = %s ORDER BY line.id",
            [closing.pk],
        )
        for (text,) in cursor:
            yield text
