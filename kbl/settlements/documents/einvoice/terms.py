"""What an e-invoice says, in the terms of EN 16931: from the frozen statement, by the line groups of its PDF."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from kbl.formats import euro
from kbl.money import ZERO, percentage
from kbl.settlements.documents import statement_pdf
from kbl.settlements.documents.line_groups import LineGroup
from kbl.settlements.documents.statement_pdf import NO_ENTREPRENEUR
from kbl.settlements.models import Statement, VatTreatment

KVK = "0106"
INVOICE, CREDIT, SELF_BILLED = "380", "381", "389"
SEPA_TRANSFER, AGREED = "58", "57"  # ways of paying: by a SEPA file; settled as was agreed, so no transfer
ONE = "C62"

CATEGORIES = {
    VatTreatment.LOW: "S",
    VatTreatment.HIGH: "S",
    VatTreatment.EXEMPT: "E",
    VatTreatment.OUTSIDE: "O",
}


@dataclass(frozen=True)
class EInvoiceTotals:
    """What an e-invoice comes to, in euros, with the signs of the document: a credit note counts positively."""

    net: Decimal
    vat: Decimal
    prepaid: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    @property
    def due(self) -> Decimal:
        return self.gross - self.prepaid


def totals_of(statement: Statement) -> EInvoiceTotals:
    """What the e-invoice of a statement must come to; for an invoice `due` is the statement's `payable`."""
    if statement.is_credit:
        return EInvoiceTotals(-statement.net, -statement.vat, ZERO)
    return EInvoiceTotals(statement.net, statement.vat, min(-statement.carried_in, statement.total))


def terms_of(statement: Statement) -> dict:
    """The terms of the e-invoice of a statement. Raises statement_pdf.NoDebtor, statement_pdf.DoesNotAddUp."""
    shown = statement_pdf.context(statement)
    groups: list[LineGroup] = shown["groups"]
    treatments = {group.vat for group in groups}
    outside = treatments == {VatTreatment.OUTSIDE}
    totals = totals_of(statement)
    terms = {
        "BT-1": statement.invoice_number,
        "BT-2": shown["dated"],
        "BT-3": _type_code(statement, self_billed=shown["self_billed"]),
        "BT-5": "EUR",
        "BT-10": shown["debtor"]["buyer_reference"],
        "BT-73": shown["quarter"].first_day,
        "BT-74": shown["quarter"].last_day,
        "BG-1": [{"BT-22": words} for words in _notes(statement, shown)],
        "BG-3": [{"BT-25": number} for number in shown["originals"]],
        "BG-4": _party(shown["party"], with_vat_id=not outside),
        "BG-7": _party(shown["debtor"], with_vat_id=not outside),
        "BG-23": _vat_breakdown(groups, statement, shown["programme_exemption"]),
        "BG-25": [_line(number, group, statement, treatments) for number, group in enumerate(groups, start=1)],
        "BT-106": _text(totals.net),
        "BT-109": _text(totals.net),
        "BT-110": _text(totals.vat),
        "BT-112": _text(totals.gross),
        "BT-115": _text(totals.due),
        **_payment(statement, shown, totals),
    }
    if totals.prepaid:
        terms["BT-113"] = _text(totals.prepaid)
    return terms


def _type_code(statement: Statement, *, self_billed: bool) -> str:
    """A credit is 381 also when it was drawn up by the buyer: NLCIUS refuses 261."""
    if statement.is_credit:
        return CREDIT
    return SELF_BILLED if self_billed else INVOICE


def _notes(statement: Statement, shown: dict) -> list[str]:
    """What the PDF says in words and no term of the norm has a place for."""
    notes = ["Factuur uitgereikt door afnemer."] if shown["self_billed"] else []
    if statement.invoice_number != statement.number:
        notes.append(f"Kenmerk bij {shown['debtor']['name']}: {statement.number}.")
    if statement.carried_in:
        notes.append(f"Tegoed uit een eerder kwartaal: {euro(-statement.carried_in)}.")
    if statement.carried_out:
        notes.append(f"Het tegoed van {euro(shown['credit'])} wordt verrekend met de volgende afrekening.")
    return notes


def _party(party: dict, *, with_vat_id: bool) -> dict:
    """A party's legal data; an invoice outside VAT names no VAT id (BR-O-02)."""
    terms = {
        "name": party["name"],
        "legal_identifier": party["kvk"],
        "legal_identifier_schemeid": KVK,
        "addr_l1": party["street"],
        "postcode": party["postcode"],
        "city": party["city"],
        "country_code": "NL",
    }
    if with_vat_id and party["vat_id"]:
        terms["vat_identifier"] = party["vat_id"]
    return terms


def _payment(statement: Statement, shown: dict, totals: EInvoiceTotals) -> dict:
    """How the amount reaches the party: on its account (or its parent's), or settled with the next statement."""
    if totals.due <= 0:
        return {}
    if statement.is_credit:
        return {"BT-81": AGREED, "BT-20": "Wordt verrekend met de volgende afrekening."}
    party = shown["party"]
    terms = {
        "BT-81": SEPA_TRANSFER,
        "BT-83": statement.number,
        "BT-84": party["iban"],
        "BT-9": shown["due_on"],
        "BT-20": (
            f"Betaaltermijn: {shown['payment_days']} dagen."
            f" {shown['debtor']['name']} betaalt na akkoord en goedkeuring."
        ),
    }
    if party["payee"] != party["name"]:
        terms["BG-10"] = {"name": party["payee"]}
    return terms


def _line(number: int, group: LineGroup, statement: Statement, treatments: set[VatTreatment]) -> dict:
    """One row of the PDF's summary. The price is never negative (BR-27): what is taken back has a negative number."""
    sign = -1 if statement.is_credit else 1
    count = sign * (-group.count if group.corrects else group.count)
    if group.net * sign != count * abs(group.unit):
        raise statement_pdf.DoesNotAddUp(f"statement {statement.pk}, {group.words}")
    notes = group.notes
    if group.vat == VatTreatment.OUTSIDE and len(treatments) > 1:
        notes = [*notes, NO_ENTREPRENEUR]
    terms = {
        "BT-126": str(number),
        "BT-127-00": [{"BT-127": "; ".join(notes)}],
        "BT-129": str(count),
        "BT-130": ONE,
        "BT-131": _text(group.net * sign),
        "BT-146": _text(abs(group.unit)),
        "BT-151": _category(group.vat, treatments),
        "BT-153": group.words,
    }
    if terms["BT-151"] != "O":
        terms["BT-152"] = _percent(group.vat_rate)
    return terms


def _vat_breakdown(groups: list[LineGroup], statement: Statement, exemption: str) -> list[dict]:
    """The VAT per category and rate, each once."""
    sign = -1 if statement.is_credit else 1
    treatments = {group.vat for group in groups}
    nets: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: ZERO)
    for group in groups:
        nets[_category(group.vat, treatments), group.vat_rate] += group.net
    reasons = [exemption] if VatTreatment.EXEMPT in treatments else []
    reasons += [NO_ENTREPRENEUR] if VatTreatment.OUTSIDE in treatments else []
    rows = []
    for (category, rate), net in sorted(nets.items()):
        row = {"BT-116": _text(net * sign), "BT-117": _text(percentage(net, rate) * sign), "BT-118": category}
        if category != "O":
            row["BT-119"] = _percent(rate)
        if category != "S":
            row["BT-120"] = " ".join(reasons)
        rows.append(row)
    return rows


def _category(vat: VatTreatment, treatments: set[VatTreatment]) -> str:
    """The norm's category; O stands alone on an invoice, so beside anything else it is E (see the package)."""
    return "E" if vat == VatTreatment.OUTSIDE and len(treatments) > 1 else CATEGORIES[vat]


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _text(amount: Decimal) -> str:
    """An amount as the XML has it: two decimals, and never a negative nothing."""
    return f"{amount + ZERO:.2f}"
