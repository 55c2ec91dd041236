"""A party's legal data: what is missing for an invoice, asked before a quarter is closed; and as a statement keeps it.

That what is there is right the database sees to (Organisation's constraints). Both parties need a KvK number and an
address (BR-NL-1, 3, 4 and 10), an entrepreneur a VAT id (BR-E-02, BR-S-02), and Cubiss a reference (BR-NL-2).
"""

from collections.abc import Collection
from datetime import date

from kbl.organisations.cubiss import cubiss
from kbl.organisations.models import Organisation
from kbl.settlements.models import Statement, VatTreatment

KVK, STREET, POSTCODE, CITY = "KvK-nummer", "straat en huisnummer", "postcode", "plaats"
VAT_ID, REFERENCE = "btw-id", "kenmerk voor facturen"


def missing(organisation: Organisation, treatments: Collection[str]) -> tuple[str, ...]:
    """What an organisation lacks to send an invoice under these VAT treatments, in Dutch; empty when nothing.

    Its address may be that of the organisation it is paid through. Who is no entrepreneur (`outside`) has no VAT id.
    """
    payee = organisation.payee
    needed = {
        KVK: organisation.kvk,
        STREET: organisation.street or payee.street,
        POSTCODE: organisation.postcode or payee.postcode,
        CITY: organisation.city or payee.city,
    }
    if set(treatments) - {VatTreatment.OUTSIDE}:
        needed[VAT_ID] = organisation.vat_id
    return tuple(name for name, value in needed.items() if not value)


def missing_of_cubiss() -> tuple[Organisation | None, tuple[str, ...]]:
    """What Cubiss itself lacks to be sent one; without Cubiss there is nobody to ask (statement_pdf.NoDebtor)."""
    ours = cubiss()
    if ours is None:
        return None, ()
    lacks = missing(ours, ())
    return ours, lacks if ours.buyer_reference else (*lacks, REFERENCE)


def particulars(organisation: Organisation, kind: str, *, on: date | None = None) -> dict[str, str | bool | None]:
    """The party's legal data as they are today, to freeze on its statement; an invoice is drawn up on day `on`."""
    payee = organisation.payee
    data: dict[str, str | bool | None] = {
        "name": organisation.name,
        "street": organisation.street or payee.street,
        "postcode": organisation.postcode or payee.postcode,
        "city": organisation.city or payee.city,
        "kvk": organisation.kvk,
        "vat_id": organisation.vat_id,
        "iban": payee.iban,
        "payee": payee.name,
        "library": hasattr(organisation, "participation"),
    }
    if kind == Statement.Kind.INVOICE:
        since = organisation.participation.self_billing_since
        data["self_billing_since"] = since.isoformat() if since else None
        data["own_numbers"] = organisation.participation.own_numbers
        data["agreed"] = since is not None and on is not None and since <= on
    return data
