"""The fatal rules of NLCIUS that the CEN rules do not have, for an invoice between Dutch parties.

Source: the Gebruiksinstructie basisfactuur and the SI-UBL 2.0 rules of the Dutch Peppol authority. Of BR-NL-1 to 13
these are absent: 5 (a fiscal representative), 6 (never written), 13 (order lines); our invoices have none of those.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

from kbl.settlements.documents.einvoice.ubl import CUSTOMIZATION, NAMESPACES

Tree: TypeAlias = Any  # an lxml element: the package brings no types
SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
KVK_OR_OIN = ("0106", "0190")
PAYMENT_MEANS = ("30", "48", "49", "57", "58", "59")

RULES: dict[str, Callable[[Tree], bool]] = {}


def rule(name: str) -> Callable[[Callable[[Tree], bool]], Callable[[Tree], bool]]:
    """A rule by its published name; it is true of a good invoice."""

    def keep(check: Callable[[Tree], bool]) -> Callable[[Tree], bool]:
        RULES[name] = check
        return check

    return keep


def broken(invoice: Tree) -> list[str]:
    """The names of the rules that an invoice breaks."""
    return [name for name, holds in RULES.items() if not holds(invoice)]


@rule("SI-V20-INV-R000")
def says_that_it_is_nlcius(invoice: Tree) -> bool:
    """The invoice is tagged as NLCIUS."""
    return _texts(invoice, "cbc:CustomizationID") == [CUSTOMIZATION]


@rule("BR-NL-1")
def seller_has_a_register_number(invoice: Tree) -> bool:
    """BR-NL-1: the seller's legal entity has a KvK number or an OIN."""
    return _registered(invoice, SELLER)


@rule("BR-NL-2")
def buyer_can_place_it(invoice: Tree) -> bool:
    """BR-NL-2: there is a buyer reference or an order reference."""
    return bool(_texts(invoice, "cbc:BuyerReference") or _texts(invoice, "cac:OrderReference/cbc:ID"))


@rule("BR-NL-3")
def seller_has_an_address(invoice: Tree) -> bool:
    """BR-NL-3: the seller's address has a street, a city and a postcode."""
    return _addressed(invoice, SELLER)


@rule("BR-NL-4")
def buyer_has_an_address(invoice: Tree) -> bool:
    """BR-NL-4: so has the buyer's, in the Netherlands."""
    return _addressed(invoice, BUYER)


@rule("BR-NL-7")
def type_is_allowed(invoice: Tree) -> bool:
    """BR-NL-7: an invoice is 380, 384 or 389, a credit note 381."""
    return _type(invoice) in ("380", "381", "384", "389")


@rule("BR-NL-8")
def type_fits_the_document(invoice: Tree) -> bool:
    """BR-NL-8: 381 is a CreditNote, everything else an Invoice."""
    return (_type(invoice) == "381") == (etree.QName(invoice).localname == "CreditNote")


@rule("BR-NL-9")
def corrective_invoice_names_what_it_corrects(invoice: Tree) -> bool:
    """BR-NL-9: a corrective invoice (384) names the one before it; and so does each of our credit notes (381)."""
    return _type(invoice) not in ("381", "384") or bool(
        _texts(invoice, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")
    )


@rule("BR-NL-10")
def buyer_has_a_register_number(invoice: Tree) -> bool:
    """BR-NL-10: the buyer's legal entity has a KvK number or an OIN, in the Netherlands."""
    return _registered(invoice, BUYER)


@rule("BR-NL-11")
def money_has_a_way(invoice: Tree) -> bool:
    """BR-NL-11: where something is due, there is a means of payment."""
    due = _texts(invoice, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    return bool(due) and (Decimal(due[0]) <= 0 or bool(_found(invoice, "cac:PaymentMeans")))


@rule("BR-NL-12")
def way_of_paying_is_allowed(invoice: Tree) -> bool:
    """BR-NL-12: the means of payment is one of six."""
    return all(code in PAYMENT_MEANS for code in _texts(invoice, "cac:PaymentMeans/cbc:PaymentMeansCode"))


def _registered(invoice: Tree, party: str) -> bool:
    numbers = _found(invoice, f"{party}/cac:PartyLegalEntity/cbc:CompanyID")
    return bool(numbers) and all(each.get("schemeID") in KVK_OR_OIN and (each.text or "").strip() for each in numbers)


def _addressed(invoice: Tree, party: str) -> bool:
    parts = ("StreetName", "CityName", "PostalZone")
    return all(_texts(invoice, f"{party}/cac:PostalAddress/cbc:{part}") for part in parts)


def _type(invoice: Tree) -> str:
    return "".join(_texts(invoice, "cbc:InvoiceTypeCode") + _texts(invoice, "cbc:CreditNoteTypeCode"))


def _found(invoice: Tree, path: str) -> list[Tree]:
    return invoice.findall(path, NAMESPACES)


def _texts(invoice: Tree, path: str) -> list[str]:
    """What stands there, without what is empty."""
    return [text for each in _found(invoice, path) if (text := (each.text or "").strip())]
