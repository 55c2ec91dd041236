"""The terms of an invoice as UBL 2.1: an Invoice, or a CreditNote. The same terms give the same bytes."""

from copy import deepcopy

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# What factur-x says of itself: it knows the European norm and not the Dutch profile of it.
_EUROPEAN = b"<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"


def write(terms: dict) -> bytes:
    """The XML of the terms (`terms.terms_of`). Raises ValueError for text that XML cannot hold."""
    from facturx.generate_xml import generate_ubl_xml  # half a second, and only who makes invoices needs it

    content: bytes = generate_ubl_xml(deepcopy(terms), level="en16931", check_xsd=False, check_schematron=None)
    if content.count(_EUROPEAN) != 1:
        raise RuntimeError("The invoice does not say which norm it follows.")
    return content.replace(_EUROPEAN, f"<cbc:CustomizationID>{CUSTOMIZATION}</cbc:CustomizationID>".encode())
