"""Reading the bank's camt.053 (versions 02 to 13; Dutch banks send 02 and 08): bytes in, statements out.

pycamt is a thin parser: it gives no return reasons, no batches and no statement per booking, and it makes floats of
balances. So the tree is read here; a test lets pycamt read the same files as a second opinion. Only what was booked
counts: what is pending comes again when it is booked.
"""

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from kbl.money import ZERO, euro
from kbl.payments.bank.safe_xml import parse
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason

NAMESPACE = re.compile(r"^\{urn:iso:std:iso:20022:tech:xsd:(camt\.053\.001\.\d\d)\}Document$")
MESSAGE = re.compile(r"\b((?:camt|pain|pacs)\.\d{3})\.\d{3}\.\d\d")
AMOUNT = re.compile(r"\d{1,13}(\.\d{1,5})?")
LONGEST = 35  # of every identification in the standard
UNNAMED = {"NOTPROVIDED", "NOTAVAILABLE", "NONREF"}


def read(content: bytes) -> list[BankStatement]:
    """The statements in a file, in its order, each of which adds up. Raises BankFileUnreadable."""
    root = parse(content)
    if not NAMESPACE.match(str(root.tag)):
        found = MESSAGE.search(str(root.tag))
        raise BankFileUnreadable(UnreadableReason.WRONG_MESSAGE, message=found[1] if found else "")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    statements = [_statement(each) for each in root.iterfind("BkToCstmrStmt/Stmt")]
    if not statements:
        raise BankFileUnreadable(UnreadableReason.INCOMPLETE)
    return statements


def _statement(stmt: etree._Element) -> BankStatement:
    iban, name = _text(stmt, "Acct/Id/IBAN").replace(" ", "").upper(), _text(stmt, "Id")
    if not iban or not name or len(name) > LONGEST or len(iban) > LONGEST - 1:
        raise BankFileUnreadable(UnreadableReason.INCOMPLETE)
    if _text(stmt, "Acct/Ccy") not in ("", "EUR"):
        raise BankFileUnreadable(UnreadableReason.CURRENCY, iban=iban)
    opened, opening = _balance(stmt, name, "OPBD", "PRCD")
    last_day, closing = _balance(stmt, name, "CLBD", last=True)
    entries = tuple(_entry(each) for each in stmt.iterfind("Ntry") if _is_booked(each))
    total = sum((entry.amount for entry in entries), ZERO)
    if opening + total != closing:
        raise BankFileUnreadable(
            UnreadableReason.DOES_NOT_ADD_UP, statement=name, opening=opening, total=total, closing=closing
        )
    days = [entry.on for entry in entries]
    said = _text(stmt, "FrToDt/FrDtTm")
    first_day = _day(said) if said else min([opened, last_day] if not days else [*days, last_day])
    return BankStatement(iban, name, min(first_day, last_day), max([last_day, *days]), opening, closing, entries)


def _balance(stmt: etree._Element, name: str, *codes: str, last: bool = False) -> tuple[date, Decimal]:
    """The day and the amount of a booked balance; of several (pages of one day) the first or the last."""
    for code in codes:
        found = [each for each in stmt.iterfind("Bal") if _text(each, "Tp/CdOrPrtry/Cd") == code]
        if found:
            chosen = found[-1 if last else 0]
            return _day(_text(chosen, "Dt/Dt") or _text(chosen, "Dt/DtTm")), _signed(chosen)
    raise BankFileUnreadable(UnreadableReason.NO_BALANCE, statement=name)


def _is_booked(ntry: etree._Element) -> bool:
    return (_text(ntry, "Sts/Cd") or _text(ntry, "Sts")) == "BOOK"


def _entry(ntry: etree._Element) -> Booking:
    """One booking. `RvslInd` needs no look: the sign says which way the money went (CreditDebitIndicator)."""
    transactions = ntry.findall("NtryDtls/TxDtls")
    batches = ntry.findall("NtryDtls/Btch")
    count = sum(_count(each) for each in batches)
    details = _details(ntry, transactions, count)
    named = [*batches, *([] if details else ntry.iterfind("NtryDtls/TxDtls/Refs"))]
    ids = (_text(each, path) for each in named for path in ("PmtInfId", "MsgId"))
    return Booking(
        on=_day(_text(ntry, "BookgDt/Dt") or _text(ntry, "BookgDt/DtTm")),
        amount=_signed(ntry),
        reference=_text(ntry, "AcctSvcrRef")[:LONGEST],
        details=details,
        batch_ids=tuple(dict.fromkeys(each for each in ids if each and each not in UNNAMED)),
        batch_count=count,
        is_batch=bool(batches) or len(transactions) > 1,
    )


def _details(ntry: etree._Element, transactions: list[etree._Element], count: int) -> tuple[BookingDetail, ...]:
    """The transactions of a booking, if they are all there and add up to it; otherwise it was not itemised."""
    alone = len(transactions) == 1
    if not transactions or count not in (0, len(transactions)):
        return ()
    parts = [_signed(ntry) if alone else _part(each, ntry) for each in transactions]
    amounts = [each for each in parts if each is not None]
    if len(amounts) < len(parts) or sum(amounts, ZERO) != _signed(ntry):
        return ()
    return tuple(_detail(tx, ntry, amount) for tx, amount in zip(transactions, amounts, strict=True))


def _detail(tx: etree._Element, ntry: etree._Element, amount: Decimal) -> BookingDetail:
    name = _text(tx, "Refs/EndToEndId")
    reference = _text(tx, "Refs/AcctSvcrRef") or _text(ntry, "AcctSvcrRef")
    return BookingDetail(
        amount=amount,
        end_to_end_id="" if name in UNNAMED else name,
        reference=reference[:LONGEST],
        reason=(_text(tx, "RtrInf/Rsn/Cd") or _text(tx, "RtrInf/Rsn/Prtry"))[:4],
    )


def _part(tx: etree._Element, ntry: etree._Element) -> Decimal | None:
    """The amount of a transaction among several (`Amt` since version 04, `AmtDtls` before); None when unsaid."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        amount = tx.find(path)
        if amount is not None and amount.get("Ccy") == "EUR":
            sign = _text(tx, "CdtDbtInd") or _text(ntry, "CdtDbtInd")
            return _number(amount) * (-1 if sign == "DBIT" else 1)
    return None


def _signed(element: etree._Element) -> Decimal:
    """The amount of a balance or a booking, with its sign. Raises BankFileUnreadable when it is not in euros."""
    amount, sign = element.find("Amt"), _text(element, "CdtDbtInd")
    if amount is None or sign not in ("CRDT", "DBIT"):
        raise BankFileUnreadable(UnreadableReason.INCOMPLETE)
    if amount.get("Ccy") != "EUR":
        raise BankFileUnreadable(UnreadableReason.CURRENCY, iban="")
    return _number(amount) * (-1 if sign == "DBIT" else 1)


def _number(amount: etree._Element) -> Decimal:
    text = (amount.text or "").strip()
    if not AMOUNT.fullmatch(text) or Decimal(text) != euro(text):
        raise BankFileUnreadable(UnreadableReason.DAMAGED)
    return euro(text)


def _count(batch: etree._Element) -> int:
    text = _text(batch, "NbOfTxs")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BankFileUnreadable(UnreadableReason.INCOMPLETE) from error


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
