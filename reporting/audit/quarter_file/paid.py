"""How a quarter's statements were paid: the payments, and what the bank's statement says of them."""

from collections.abc import Iterator

from kbl.payments.models import BankEntry, Payment, Refund
from kbl.settlements.models import Closing
from kbl.spreadsheets import Cell
from reporting.audit.quarter_file.tables import BookTable, moment


def payments_of(closing: Closing):
    """The payments of a quarter's statements, in the order in which they were made."""
    related = ["statement__closing", "run__prepared_by", "run__released_by"]
    return Payment.objects.filter(statement__closing=closing).select_related(*related).order_by("pk")


def _payments(closing: Closing) -> Iterator[list[Cell]]:
    for each in payments_of(closing):
        run = each.run
        yield [
            each.pk,
            str(each),
            each.statement_id,
            str(each.statement),
            each.amount,
            each.payee,
            each.iban,
            str(run),
            run.execute_on,
            str(run.get_status_display()),
            moment(run.prepared_at),
            str(run.prepared_by),
            moment(run.released_at),
            str(run.released_by or ""),
            moment(each.ended_at),
            str(each.get_ended_display()) if each.ended else "",
            each.return_code,
        ]


def _bank(closing: Closing) -> Iterator[list[Cell]]:
    rows = BankEntry.objects.filter(payment__statement__closing=closing).select_related("file", "payment")
    for each in rows.order_by("on", "pk"):
        yield [
            each.pk,
            each.on,
            each.amount,
            str(each.get_outcome_display()),
            str(each.payment),
            each.payment_id,
            each.reference,
            each.return_code,
            str(each.file),
            each.position,
            each.file.sha256,
        ]
    by_hand = Refund.objects.filter(payment__statement__closing=closing, undone_at__isnull=True)
    for refund in by_hand.select_related("entry__file", "payment").order_by("entry__on", "pk"):
        entry = refund.entry
        yield [
            entry.pk,
            entry.on,
            entry.amount,
            "teruggestort, met de hand gekoppeld",
            str(refund.payment),
            refund.payment_id,
            entry.reference,
            "",
            str(entry.file),
            entry.position,
            entry.file.sha256,
        ]


TABLES = [
    BookTable(
        "betalingen",
        "betaling id|betalingskenmerk|afrekening id|afrekening|bedrag|ten name van|IBAN|betaalrun|uitvoeren op"
        "|stand van de run|klaargezet op|klaargezet door|vrijgegeven op|vrijgegeven door|geëindigd op|hoe|reden",
        "De betalingen van deze afrekeningen, met wie ze klaarzette en wie ze vrijgaf.",
        _payments,
    ),
    BookTable(
        "bank",
        "boeking id|geboekt op|bedrag|wat het was|betalingskenmerk|betaling id|kenmerk van de bank|reden|afschrift"
        "|regel van het afschrift|sha256 van het afschrift",
        "Wat het bankafschrift over deze betalingen zegt. Wat eraf gaat is negatief.",
        _bank,
    ),
]
