"""The payment file: SEPA credit transfers as `pain.001.001.09`, checked by its XSD before anybody gets to see it.

Everything in it follows from the run, so that the same run always makes the same bytes: the bank knows a second copy by
its message id and refuses it.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from django.utils import timezone
from lxml import etree
from sepaxml import SepaTransfer
from text_unidecode import unidecode

from kbl.money import ZERO
from kbl.payments.models import Payment, PaymentRun
from kbl.settlements.models import Statement

SCHEMA = "pain.001.001.09"
NAMESPACE = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'  # with single quotes it is legal, and some banks refuse it
LONGEST_NAME, LONGEST_TEXT = 70, 140

# What every bank in the euro area takes (EPC217-08, "SEPA requirements for an extended character set").
UNSAYABLE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


class InvalidFile(Exception):
    """The file is not as its XSD or its own totals want it: a run with such a file is not made."""


def make(run: PaymentRun, payments: Sequence[Payment]) -> bytes:
    """The file of a run: one order with every payment booked on its own, so that each comes back by its own id.

    Raises InvalidFile.
    """
    order = SepaTransfer(
        {
            "name": sayable(run.debtor["name"], LONGEST_NAME),
            "IBAN": run.debtor["iban"],
            "currency": "EUR",
            "batch": True,
        },
        schema=SCHEMA,
        clean=True,
    )
    for payment in payments:
        order.add_payment(
            {
                "name": sayable(payment.payee, LONGEST_NAME),
                "IBAN": payment.iban,
                "amount": cents(payment.amount),
                "execution_date": run.execute_on,
                "description": sayable(remittance(payment.statement), LONGEST_TEXT),
                "endtoend_id": payment.end_to_end_id,
            }
        )
    # Its own check reads the schema anew each time and takes seconds; ours below reads the same schema once.
    content = _ours(run, order.export(validate=False))
    check(content, [payment.amount for payment in payments])
    return content


def check(content: bytes, amounts: Sequence[Decimal]) -> None:
    """The XSD, and the totals against the payments themselves. Raises InvalidFile."""
    document = etree.fromstring(content)
    schema = _schema()
    if not schema.validate(document):
        raise InvalidFile("; ".join(error.message for error in schema.error_log))
    amounts_in_file = [Decimal(node.text) for node in document.iterfind(".//p:InstdAmt", NAMESPACE)]
    counts = {int(node.text) for node in document.iterfind(".//p:NbOfTxs", NAMESPACE)}
    sums = {Decimal(node.text) for node in document.iterfind(".//p:CtrlSum", NAMESPACE)}
    if (amounts_in_file, counts, sums) != (list(amounts), {len(amounts)}, {sum(amounts, ZERO)}):
        raise InvalidFile("the totals of the file are not those of the payments")


def sayable(text: str, longest: int) -> str:
    """A text in the characters that every bank takes: letters without marks, `&` as `+`; may come out empty."""
    plain = UNSAYABLE.sub(" ", unidecode(text.replace("&", "+")))
    plain = re.sub(r"/{2,}", "/", re.sub(r"\s+", " ", plain)).strip(" /")
    return plain[:longest].rstrip(" /")


def end_to_end_id(statement: Statement, attempt: int) -> str:
    """`VEN-2025-0001-2`: which statement, and the how manieth time that it is paid. At most 35 characters."""
    name = re.sub(r"[^A-Za-z0-9-]", "-", statement.number or f"KBL-{statement.pk}")
    return f"{name}-{attempt}"


def remittance(statement: Statement) -> str:
    """What the payee reads on its own bank statement: nothing about a person, only which statement it pays."""
    kind = statement.get_kind_display().capitalize()
    return f"{kind} {statement.invoice_number} over het {statement.closing.quarter.label}"


def cents(amount: Decimal) -> int:
    """Whole cents. Raises InvalidFile for a part of a cent, which no bank pays."""
    whole = amount * 100
    if whole != int(whole):
        raise InvalidFile(f"{amount} is no whole number of cents")
    return int(whole)


def _ours(run: PaymentRun, content: bytes) -> bytes:
    """The library makes up its ids and its moment: put those of the run there. Each payment is booked on its own.

    The debtor's bank follows from its IBAN; its element may not stay empty, so it says what the rulebook has for that.
    """
    document = etree.fromstring(content)
    for path, text in (
        (".//p:GrpHdr/p:MsgId", run.name),
        (".//p:GrpHdr/p:CreDtTm", moment(run.prepared_at)),
        (".//p:PmtInf/p:PmtInfId", f"{run.name}-1"),
        (".//p:PmtInf/p:BtchBookg", "false"),
    ):
        (node,) = document.iterfind(path, NAMESPACE)
        node.text = text
    (bank,) = document.iterfind(".//p:DbtrAgt/p:FinInstnId", NAMESPACE)
    other = etree.SubElement(bank, f"{{{NAMESPACE['p']}}}Othr")
    etree.SubElement(other, f"{{{NAMESPACE['p']}}}Id").text = "NOTPROVIDED"
    return DECLARATION + etree.tostring(document, xml_declaration=False, encoding="UTF-8")


def moment(made: datetime) -> str:
    """The clock in Amsterdam, in 19 characters: with a zone behind it (`Z`) a large bank refuses the whole file."""
    return f"{timezone.localtime(made):%Y-%m-%dT%H:%M:%S}"


@cache
def _schema() -> etree.XMLSchema:
    with files("sepaxml").joinpath("schemas", f"{SCHEMA}.xsd").open("rb") as xsd:
        return etree.XMLSchema(etree.parse(xsd))


def filename(run: PaymentRun, on: date) -> str:
    """`KBL-BET-0012-2026-01-14.xml`."""
    return f"{run.name}-{on.isoformat()}.xml"
