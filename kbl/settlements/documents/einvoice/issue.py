"""Who gets an e-invoice, and making them: one that breaks a rule is not issued, and neither is its PDF."""

from collections.abc import Iterable

from kbl.settlements.documents import statement_pdf
from kbl.settlements.documents.einvoice import checks
from kbl.settlements.documents.einvoice.checks import BrokenRule
from kbl.settlements.documents.einvoice.terms import terms_of, totals_of
from kbl.settlements.documents.einvoice.ubl import write
from kbl.settlements.models import Statement


class EInvoiceRefused(Exception):
    """The e-invoice of a statement breaks rules; `rules` are their names, `broken` has their words too."""

    def __init__(self, statement: Statement, broken: list[BrokenRule]) -> None:
        self.statement, self.broken = statement, broken
        self.rules = list(dict.fromkeys(each.rule for each in broken))
        super().__init__(f"statement {statement.pk}: {', '.join(self.rules)}")


def is_due(statement: Statement) -> bool:
    """An invoice that is not nil has one, and a declaration with VAT. What waits for its number is no invoice."""
    if statement.is_nil or statement.awaits_number:
        return False
    return statement.kind == Statement.Kind.INVOICE or statement.lines.filter(vat_rate__gt=0).exists()


def filename(statement: Statement) -> str:
    """`factuur-VEN-2025-0001.xml`: beside its PDF."""
    return f"{statement_pdf.filename(statement).removesuffix('.pdf')}.xml"


def make(statements: Iterable[Statement]) -> dict[int, bytes | Exception]:
    """The e-invoice of each statement that is due one, by the statement's id, or why it has none.

    The CEN rules are run once for all of them. An exception is EInvoiceRefused, RulesNotRun, or what the PDF raises
    too (NoDebtor, DoesNotAddUp).
    """
    made: dict[int, bytes | Exception] = {}
    written: list[tuple[Statement, bytes]] = []
    for statement in statements:
        if not is_due(statement):
            continue
        try:
            written.append((statement, write(terms_of(statement))))
        except Exception as failure:  # the others get their e-invoice; whoever asks for this one hears why
            made[statement.pk] = failure
    try:
        found = checks.check(
            [(xml, statement.invoice_number or "", totals_of(statement)) for statement, xml in written]
        )
    except checks.RulesNotRun as failure:
        return made | {statement.pk: failure for statement, _ in written}
    for (statement, xml), broken in zip(written, found, strict=True):
        made[statement.pk] = EInvoiceRefused(statement, broken) if broken else xml
    return made


def make_one(statement: Statement) -> bytes | None:
    """The e-invoice of one statement; None when it has none. Raises what `make` keeps."""
    made = make([statement]).get(statement.pk)
    if isinstance(made, Exception):
        raise made
    return made
