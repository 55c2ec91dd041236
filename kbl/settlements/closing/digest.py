"""The digest of a closed quarter: a hash over its statements and lines, which shows whether somebody rewrote them."""

import hashlib
from collections.abc import Iterator
from datetime import UTC

from django.db import connection

from kbl.settlements.models import Closing, Line, Statement


def books_digest(closing: Closing, *, like: str = "") -> str:
    """A hash over the amounts and numbers of a closing's statements and over all their lines.

    Printed in the province's report, so that nobody, not even the owner of the database, rewrites those unseen
    (docs/threats.md, 8). No key that the closing itself gave out is in it: an attempt that was killed uses keys up, and
    the next one must print the same. Reports of before said so with those keys; `like` is such a printed digest, and
    gives that one again when the books are still those.
    """
    if like and _hash(closing, keyed=True) == like:
        return like
    return _hash(closing, keyed=False)


def _hash(closing: Closing, *, keyed: bool) -> str:
    closed_at = closing.closed_at.astimezone(UTC)  # one moment has one text, whatever zone it was read in
    digest = hashlib.sha256(f"{closing.quarter} {closed_at.isoformat()}\n".encode())
    order = ["pk"] if keyed else ["kind", "organisation_id"]
    for statement in closing.statements.order_by(*order):
        digest.update(
            (f"{statement.pk} " * keyed).encode()
            + f"{statement.kind} {statement.organisation_id} {statement.number} {statement.net:.2f}"
            f" {statement.vat:.2f} {statement.carried_in:.2f}\n".encode()
        )
    texts = _fast_line_texts if connection.vendor == "postgresql" else _line_texts
    for line in texts(closing, keyed=keyed):
        digest.update(line.encode())
    return digest.hexdigest()


FACTS = ("handout_id", "membership_year_id", "corrects_id")


def _line_texts(closing: Closing, *, keyed: bool = False) -> Iterator[str]:
    """Each line as the digest reads it, in order."""
    names = ("pk", "statement_id") if keyed else ("statement__kind", "statement__organisation_id")
    lines = Line.objects.filter(statement__closing=closing)
    rows = lines.order_by("pk").values_list(*names, *FACTS, "serial", "on", "net", "vat_rate").iterator()
    texts = (f"{' '.join(map(str, ids))} {net:.2f} {rate:.2f}\n" for *ids, net, rate in rows)
    yield from texts if keyed else sorted(texts)


def _fast_line_texts(closing: Closing, *, keyed: bool = False) -> Iterator[str]:
    """The same texts, written by PostgreSQL: 30,000 lines in 0.05 s instead of 0.25 s."""
    names = "line.id, statement_id" if keyed else "statement.kind, statement.organisation_id"
    facts = ", ".join(f"coalesce({name}::text, 'None')" for name in FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT concat_ws(' ', {names}, {facts}, serial, to_char(\"on\", 'YYYY-MM-DD'),"
            " line.net, vat_rate) || chr(10)"
            f' FROM "{Line._meta.db_table}" line'
            f' JOIN "{Statement._meta.db_table}" statement ON statement.id = line.statement_id'
            " WHERE statement.closing_id = %s ORDER BY line.id",
            [closing.pk],
        )
        texts = (text for (text,) in cursor)
        yield from texts if keyed else sorted(texts)
