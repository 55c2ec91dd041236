"""A pretend bank: what the real one would deliver as camt.053 after a payment run. For the demonstration and the tests.

Names and accounts of the payees stand in it as they would; reading leaves them out (kbl/payments/bank).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from kbl.money import ZERO
from kbl.payments.models import Payment, PaymentRun

VERSIONS = ("02", "08")


@dataclass(frozen=True)
class PlayedBooking:
    """One booking, in euros with its sign. `parts` are the transactions of a batch; `batch` names its file or run.

    `count` is what the bank says of a batch; `pending` is not booked yet.
    """

    amount: Decimal
    on: date
    end_to_end_id: str = ""
    reference: str = ""
    reason: str = ""
    parts: tuple["PlayedBooking", ...] = ()
    batch: str = ""
    count: int = 0
    name: str = ""
    reversal: bool = False
    pending: bool = False


def out(payment: Payment, on: date, amount: Decimal | None = None, reference: str = "") -> PlayedBooking:
    """The bank paid this; another `amount` than was asked, if it is given."""
    return PlayedBooking(
        -(payment.amount if amount is None else amount),
        on,
        payment.end_to_end_id,
        reference or f"{on:%y%m%d}{payment.pk:08}",
        name=payment.payee,
    )


def back(payment: Payment, on: date, reason: str = "AC04", amount: Decimal | None = None) -> PlayedBooking:
    """The money came back, with the reason of the payee's bank (`AC04`: the account was closed)."""
    return PlayedBooking(
        payment.amount if amount is None else amount,
        on,
        payment.end_to_end_id,
        f"{on:%y%m%d}{payment.pk:07}R",
        reason,
        name=payment.payee,
    )


def batch(run: PaymentRun, payments: Sequence[Payment], on: date, *, itemised: bool) -> PlayedBooking:
    """All payments of a run in one booking: with every transaction, or only with their total and number."""
    parts = tuple(out(payment, on) for payment in payments)
    return PlayedBooking(
        sum((part.amount for part in parts), ZERO),
        on,
        reference=f"{on:%y%m%d}{run.number:06}B",
        parts=parts if itemised else (),
        batch=run.name,
        count=len(parts),
    )


def executed(
    run: PaymentRun,
    *,
    on: date,
    opening: Decimal,
    returned: Mapping[str, str] | None = None,
    different: Mapping[str, Decimal] | None = None,
    itemised: bool | None = None,
    others: Iterable[PlayedBooking] = (),
    number: int = 1,
    version: str = "08",
) -> bytes:
    """The day's statement after a run was carried out.

    `returned` names payments (end-to-end id) that came back, with the reason; `different` those that were paid with
    another amount. `itemised`: None books each payment on its own, otherwise one batch with or without transactions.
    `others` are bookings that have nothing to do with KBL.
    """
    payments = list(run.payments.exclude(ended=Payment.Ended.CANCELLED).order_by("pk"))
    changed = different or {}
    bookings = (
        [out(each, on, changed.get(each.end_to_end_id)) for each in payments]
        if itemised is None
        else [batch(run, payments, on, itemised=itemised)]
    )
    bookings += [
        back(each, on, (returned or {})[each.end_to_end_id])
        for each in payments
        if each.end_to_end_id in (returned or {})
    ]
    return statement(
        run.debtor["iban"],
        [*bookings, *others],
        opening=opening,
        day=on,
        name=f"AFSCHRIFT-{on:%Y%m%d}-{number}",
        version=version,
    )


def statement(
    iban: str, bookings: Iterable[PlayedBooking], *, opening: Decimal, day: date, name: str, version: str = "08"
) -> bytes:
    """A file with one statement, whose closing balance is the opening one and all that was booked."""
    return file([(iban, list(bookings), opening, day, name)], version=version)


def file(statements: Iterable[tuple[str, list[PlayedBooking], Decimal, date, str]], version: str = "08") -> bytes:
    """A file with several statements: account, bookings, opening balance, last day and name of each."""
    document = Element("Document", xmlns=f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}")
    message = SubElement(document, "BkToCstmrStmt")
    header = SubElement(message, "GrpHdr")
    _text(header, "MsgId", "KBL-VOORBEELDBANK")
    for iban, bookings, opening, day, name in statements:
        _text(header, "CreDtTm", f"{day}T23:00:00") if header.find("CreDtTm") is None else None
        stmt = SubElement(message, "Stmt")
        _text(stmt, "Id", name)
        _text(stmt, "CreDtTm", f"{day}T23:00:00")
        account = SubElement(stmt, "Acct")
        _text(SubElement(account, "Id"), "IBAN", iban)
        _text(account, "Ccy", "EUR")
        closing = opening + sum((each.amount for each in bookings if not each.pending), ZERO)
        first = min([each.on for each in bookings], default=day)
        for code, amount, on in (("OPBD", opening, first), ("CLBD", closing, day)):
            balance = SubElement(stmt, "Bal")
            _text(SubElement(SubElement(balance, "Tp"), "CdOrPrtry"), "Cd", code)
            _amount(balance, amount)
            _text(SubElement(balance, "Dt"), "Dt", str(on))
        for booking in bookings:
            _booking(stmt, booking, version)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(document)


def _booking(stmt: Element, booking: PlayedBooking, version: str) -> None:
    entry = SubElement(stmt, "Ntry")
    _amount(entry, booking.amount)
    if booking.reversal:
        _text(entry, "RvslInd", "true")
    state = "PDNG" if booking.pending else "BOOK"
    _text(entry, "Sts", state) if version == "02" else _text(SubElement(entry, "Sts"), "Cd", state)
    _text(SubElement(entry, "BookgDt"), "Dt", str(booking.on))
    _text(SubElement(entry, "ValDt"), "Dt", str(booking.on))
    if booking.reference:
        _text(entry, "AcctSvcrRef", booking.reference)
    domain = SubElement(SubElement(entry, "BkTxCd"), "Domn")
    _text(domain, "Cd", "PMNT")
    family = SubElement(domain, "Fmly")
    _text(family, "Cd", "ICDT" if booking.amount < 0 else "RCDT")
    _text(family, "SubFmlyCd", "RRTN" if booking.reason else "ESCT")
    details = SubElement(entry, "NtryDtls")
    if booking.batch or booking.count:
        together = SubElement(details, "Btch")
        if booking.batch:
            _text(together, "MsgId", booking.batch)
            _text(together, "PmtInfId", booking.batch)
        if booking.count:
            _text(together, "NbOfTxs", str(booking.count))
        if booking.count and not booking.parts:
            return
    for part in booking.parts or (booking,):
        _transaction(details, part, version)


def _transaction(details: Element, part: PlayedBooking, version: str) -> None:
    tx = SubElement(details, "TxDtls")
    references = SubElement(tx, "Refs")
    if part.reference:
        _text(references, "AcctSvcrRef", part.reference)
    _text(references, "EndToEndId", part.end_to_end_id or "NOTPROVIDED")
    if version == "02":
        amount = SubElement(SubElement(SubElement(tx, "AmtDtls"), "TxAmt"), "Amt", Ccy="EUR")
        amount.text = str(abs(part.amount))
    else:
        _amount(tx, part.amount)
    parties = SubElement(tx, "RltdPties")
    other = SubElement(parties, "Cdtr" if part.amount < 0 else "Dbtr")
    _text(other if version == "02" else SubElement(other, "Pty"), "Nm", part.name or "Een ander")
    _text(SubElement(tx, "RmtInf"), "Ustrd", part.name or "Iets anders")
    if part.reason:
        _text(SubElement(SubElement(tx, "RtrInf"), "Rsn"), "Cd", part.reason)


def _amount(parent: Element, amount: Decimal) -> None:
    element = SubElement(parent, "Amt", Ccy="EUR")
    element.text = str(abs(amount))
    _text(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
