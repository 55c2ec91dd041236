"""The PDF of a statement: who to whom, what and how many, the totals, and every line by its number.

Amounts, lines and the party's particulars come from the frozen statement. The programme's words and Cubiss' own data
are those of the day on which it is made, so what was issued is kept (issuing.py), not made again.
"""

import re
from datetime import date, timedelta

from kbl import pdf
from kbl.formats import SPACE
from kbl.money import ZERO
from kbl.organisations.cubiss import CUBISS, cubiss
from kbl.organisations.models import Programme
from kbl.settlements.documents import lines_file
from kbl.settlements.documents.line_groups import groups_of, rates_of
from kbl.settlements.models import Statement, VatTreatment
from kbl.settlements.statements import breakdown, legal_data
from kbl.settlements.statements.credits import credit_from

NO_ENTREPRENEUR = "Geen btw: de leverancier is voor deze prestatie geen ondernemer voor de btw."


class NoDebtor(Exception):
    """There is no organisation with the slug `cubiss`, so nobody to address an invoice to: load the programme first."""


class DoesNotAddUp(Exception):
    """The lines do not make the statement's total: such a document is never issued, and check_books tells why."""


def render(statement: Statement, einvoice: pdf.Attached | None = None) -> bytes:
    """The PDF of a statement, with its e-invoice inside, and its lines where those are too many to print.

    Of one that waits for its number it is an overview: no invoice, and not kept (issuing.py never asks for it).
    Raises NoDebtor, DoesNotAddUp.
    """
    shown = context(statement)
    attached = [einvoice] if einvoice else []
    if shown["lines_file"]:
        content = lines_file.to_csv(shown["groups"])
        attached.append(pdf.Attached(shown["lines_file"], content, lines_file.WORDS, "Supplement"))
    return pdf.render(
        f"documents/{statement.kind}.html",
        shown,
        made_at=statement.closing.closed_at,
        identifier=filename(statement),
        kept=not statement.awaits_number,
        attached=attached,
    )


def filename(statement: Statement) -> str:
    """`factuur-VEN-2025-0001.pdf`; a nil report, which has no number, by its quarter and party."""
    if statement.is_nil:
        about = "uitreikingen" if statement.kind == Statement.Kind.DECLARATION else "lidmaatschappen"
        return f"nulopgave-{about}-{statement.closing.quarter}-{statement.organisation.slug}.pdf"
    if statement.awaits_number:
        return f"opgave-{statement.closing.quarter}-{statement.organisation.slug}.pdf"
    return f"{statement.word}-{re.sub(r'[^A-Za-z0-9]+', '-', str(statement.number))}.pdf"


def context(statement: Statement) -> dict:
    """What the template needs."""
    quarter = statement.closing.quarter
    programme = Programme.current()
    found = groups_of(statement)
    dated = statement.dated
    rates = rates_of(found)
    treatments = {group.vat for group in found}
    with_vat = statement.kind == Statement.Kind.INVOICE or not treatments.isdisjoint(VatTreatment.with_vat())
    if (sum((each.net for each in rates), ZERO), sum((each.vat for each in rates), ZERO)) != (
        statement.net,
        statement.vat,
    ):
        raise DoesNotAddUp(f"statement {statement.pk}")
    return {
        "statement": statement,
        "word": statement.word.capitalize(),
        "programme": programme.name,
        "programme_exemption": programme.exemption_words,
        "quarter": quarter,
        "dated": dated,
        "payment_days": programme.payment_days,
        "due_on": due_on(statement, programme),
        "party": party_of(statement, treatments),
        "iban": iban_groups(str(statement.particulars["iban"] or "")),
        "debtor": debtor(),
        "credit": -statement.carried_out,
        "credit_from": credit_from(statement),
        "free_anyway": breakdown.of_statement(statement).free_anyway,
        "groups": found,
        "lines_file": lines_file.filename(filename(statement), found),
        "lines_count": sum(each.count for each in found),
        "rates": rates,
        "with_vat": with_vat,
        "day_words": "Begonnen op" if statement.kind == Statement.Kind.INVOICE else "Uitgereikt op",
        "outside": NO_ENTREPRENEUR if with_vat and VatTreatment.OUTSIDE in treatments else "",
        "exempt": programme.exemption_words if VatTreatment.EXEMPT in treatments else "",
        "originals": sorted({each.corrects for each in found if each.corrects}),
        "self_billed": statement.agreed_afterwards or is_self_billed(statement.particulars, dated),
    }


def due_on(statement: Statement, programme: Programme) -> date | None:
    """The last day of the payment term; None where nothing is to be paid, or while it is no invoice."""
    if not statement.payable or statement.awaits_number:
        return None
    return statement.dated + timedelta(days=programme.payment_days)


def party_of(statement: Statement, treatments: set[VatTreatment]) -> dict:
    """The party as it stands on the paper: who is no entrepreneur there has no VAT id there, as in the e-invoice."""
    party: dict = statement.particulars
    return {**party, "vat_id": ""} if treatments == {VatTreatment.OUTSIDE} else party


def debtor() -> dict:
    """Cubiss' own legal data: the other party on every document. Raises NoDebtor."""
    ours = cubiss()
    if ours is None:
        raise NoDebtor(f"There is no organisation with the slug {CUBISS!r}: load the programme file.")
    return legal_data.particulars(ours, Statement.Kind.DECLARATION) | {"buyer_reference": ours.buyer_reference}


def is_self_billed(party: dict, dated: date) -> bool:
    """True when the library agreed, by this day, that Cubiss draws up its invoices."""
    since = party.get("self_billing_since")
    return since is not None and date.fromisoformat(since) <= dated


def iban_groups(iban: str) -> str:
    """`NL91 ABNA 0417 1643 00`: as it stands on a bank card, kept on one line."""
    return SPACE.join(iban[start : start + 4] for start in range(0, len(iban), 4))
