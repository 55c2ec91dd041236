"""Reading the bank's camt.053 (versions 02 to 13; Dutch banks send 02 and 08): bytes in, statements out.

pycamt is a thin parser: it gives no return reasons, no batches and no statement per booking, and it makes floats of
balances. So the tree is read here; a test lets pycamt read the same files as a second opinion. Only what was booked
counts: what is pending comes again when it is booked.
"""

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from kbl.money import ZERO
from kbl.payments.bank.camt_pages import CLOSING, INTERIM, OPENING, balances, put_together
from kbl.payments.bank.camt_values import count, day, day_of, number, text
from kbl.payments.bank.safe_xml import parse
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail, PassedOver
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason

NAMESPACE = re.compile(r"^\{urn:iso:std:iso:20022:tech:xsd:(camt\.053\.001\.\d\d)\}Document$")
MESSAGE = re.compile(r"\b((?:camt|pain|pacs)\.\d{3})\.\d{3}\.\d\d")
LONGEST = 35  # of every identification in the standard
EURO = "EUR"
UNNAMED = {"NOTPROVIDED", "NOTAVAILABLE", "NONREF"}


def read(content: bytes) -> list[BankStatement | PassedOver]:
    """The statements in a file, in its order, each of which adds up; the bank may have put several documents in one.

    A statement that cannot be read is passed over as long as another can: it may be of an account that is not ours,
    and who reads it in decides that (importing.py). Raises BankFileUnreadable when there is none to read.
    """
    found: list[BankStatement | PassedOver] = []
    for stmt in put_together(each for root in parse(content) for each in _stmts(root)):
        try:
            found.append(_statement(stmt))
        except BankFileUnreadable as error:
            found.append(PassedOver(_iban(stmt), error, _currency(stmt)))
    if not any(isinstance(each, BankStatement) for each in found):
        raise next((each.error for each in found if isinstance(each, PassedOver)), _incomplete())
    return found


def _stmts(root: etree._Element) -> list[etree._Element]:
    """The statements of one document, their tags without its namespace. Raises BankFileUnreadable."""
    if not NAMESPACE.match(str(root.tag)):
        found = MESSAGE.search(str(root.tag))
        raise BankFileUnreadable(UnreadableReason.WRONG_MESSAGE, message=found[1] if found else "")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root.findall("BkToCstmrStmt/Stmt")


def _incomplete() -> BankFileUnreadable:
    return BankFileUnreadable(UnreadableReason.INCOMPLETE)


def _iban(stmt: etree._Element) -> str:
    """The account, or nothing when it is not known by an IBAN."""
    iban = "".join(text(stmt, "Acct/Id/IBAN").split()).upper()
    return iban if len(iban) < LONGEST else ""


def _currency(stmt: etree._Element) -> str:
    """In what the account is kept: as it says, else as its first balance is."""
    amount = stmt.find("Bal/Amt")
    return (text(stmt, "Acct/Ccy") or ("" if amount is None else amount.get("Ccy", "")) or EURO)[:3]


def _statement(stmt: etree._Element) -> BankStatement:
    iban, name = _iban(stmt), text(stmt, "Id")
    if not iban or not name or len(name) > LONGEST:
        raise _incomplete()
    if _currency(stmt) != EURO:
        raise BankFileUnreadable(UnreadableReason.CURRENCY)
    begin, end = _ends(stmt, name)
    opened, opening, last_day, closing = day(begin, "Dt"), _signed(begin), day(end, "Dt"), _signed(end)
    entries = tuple(_entry(each) for each in stmt.iterfind("Ntry") if _is_booked(each))
    total = sum((entry.amount for entry in entries), ZERO)
    if opening + total != closing:
        raise BankFileUnreadable(
            UnreadableReason.DOES_NOT_ADD_UP, statement=name, opening=opening, total=total, closing=closing
        )
    days = [entry.on for entry in entries]
    first_day = min([_first_day(stmt, opened if not days else last_day), last_day, *days])
    return BankStatement(iban, name, first_day, max([last_day, *days]), opening, closing, entries)


def _first_day(stmt: etree._Element, otherwise: date) -> date:
    """The day on which the statement says that it begins."""
    said = text(stmt, "FrToDt/FrDtTm") or text(stmt, "FrToDt/FrDt")
    return day_of(said) if said else otherwise


def _ends(stmt: etree._Element, name: str) -> tuple[etree._Element, etree._Element]:
    """The balances at both ends: the first opening one and the last closing one.

    A page that came alone ends, begins, or both, with an interim balance. Raises BankFileUnreadable (NO_BALANCE).
    """
    interim = balances(stmt, INTERIM)
    begin = [*(each for code in OPENING for each in balances(stmt, [code])), *interim][:1]
    end = [*interim, *balances(stmt, CLOSING)][-1:]
    if not begin or not end or begin[0] is end[0]:
        raise BankFileUnreadable(UnreadableReason.NO_BALANCE, statement=name)
    return begin[0], end[0]


def _is_booked(ntry: etree._Element) -> bool:
    return (text(ntry, "Sts/Cd") or text(ntry, "Sts")) == "BOOK"


def _entry(ntry: etree._Element) -> Booking:
    """One booking. `RvslInd` needs no look: the sign says which way the money went (CreditDebitIndicator)."""
    transactions = ntry.findall("NtryDtls/TxDtls")
    batches = ntry.findall("NtryDtls/Btch")
    said = sum(count(text(each, "NbOfTxs")) for each in batches)
    details = _details(ntry, transactions, said)
    named = [*batches, *([] if details else ntry.iterfind("NtryDtls/TxDtls/Refs"))]
    ids = (text(each, path) for each in named for path in ("PmtInfId", "MsgId"))
    return Booking(
        on=day(ntry, "BookgDt"),
        amount=_signed(ntry),
        reference=_reference(text(ntry, "AcctSvcrRef")),
        details=details,
        batch_ids=tuple(dict.fromkeys(each for each in ids if each and each not in UNNAMED)),
        batch_count=said,
        is_batch=bool(batches) or len(transactions) > 1,
    )


def _details(ntry: etree._Element, transactions: list[etree._Element], said: int) -> tuple[BookingDetail, ...]:
    """The transactions of a booking, if they are all there and add up to it; otherwise it was not itemised."""
    alone = len(transactions) == 1
    if not transactions or said not in (0, len(transactions)):
        return ()
    parts = [_signed(ntry) if alone else _part(each, ntry) for each in transactions]
    amounts = [each for each in parts if each is not None]
    if len(amounts) < len(parts) or sum(amounts, ZERO) != _signed(ntry):
        return ()
    return tuple(_detail(tx, ntry, amount) for tx, amount in zip(transactions, amounts, strict=True))


def _detail(tx: etree._Element, ntry: etree._Element, amount: Decimal) -> BookingDetail:
    name = text(tx, "Refs/EndToEndId")
    reference = _reference(text(tx, "Refs/AcctSvcrRef")) or _reference(text(ntry, "AcctSvcrRef"))
    return BookingDetail(
        amount=amount,
        end_to_end_id="" if name.upper() in UNNAMED else name,
        reference=reference,
        reason=(text(tx, "RtrInf/Rsn/Cd") or text(tx, "RtrInf/Rsn/Prtry"))[:4],
    )


def _reference(said: str) -> str:
    """The bank's own reference; a word that says that there is none is none."""
    return "" if said.upper() in UNNAMED else said[:LONGEST]


def _part(tx: etree._Element, ntry: etree._Element) -> Decimal | None:
    """The amount of a transaction among several (`Amt` since version 04, `AmtDtls` before); None when unsaid."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        amount = tx.find(path)
        if amount is not None and amount.get("Ccy") == EURO:
            sign = text(tx, "CdtDbtInd") or text(ntry, "CdtDbtInd")
            return number(amount) * (-1 if sign == "DBIT" else 1)
    return None


def _signed(element: etree._Element) -> Decimal:
    """The amount of a balance or a booking, with its sign. Raises BankFileUnreadable when it is not in euros."""
    amount, sign = element.find("Amt"), text(element, "CdtDbtInd")
    if amount is None or sign not in ("CRDT", "DBIT"):
        raise _incomplete()
    if amount.get("Ccy") != EURO:
        raise BankFileUnreadable(UnreadableReason.CURRENCY)
    return number(amount) * (-1 if sign == "DBIT" else 1)
