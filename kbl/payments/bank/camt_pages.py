"""A statement that the bank cut in pages (`StmtPgntn`), put together again.

Pages follow each other in one file under one name. The first has the opening balance, the last the closing one; at the
border between them stands an interim balance (`ITBD`), or nothing, or every page repeats the balances of the whole.
"""

from collections.abc import Iterable

from lxml import etree

from kbl.payments.bank.camt_values import text

OPENING, CLOSING, INTERIM = ("OPBD", "PRCD"), ("CLBD",), ("ITBD",)


def put_together(stmts: Iterable[etree._Element]) -> list[etree._Element]:
    """The statements of a file, each whole: the balances and bookings of later pages stand in the first."""
    whole: list[etree._Element] = []
    goes_on = False
    for page in stmts:
        if whole and goes_on and _same(whole[-1], page):
            for each in page:
                if each.tag in ("Bal", "Ntry"):
                    whole[-1].append(each)
        else:
            whole.append(page)
        goes_on = _goes_on(page)
    return whole


def balances(stmt: etree._Element, codes: Iterable[str]) -> list[etree._Element]:
    """The balances of these kinds, in the order of the file."""
    return [each for each in stmt.iterfind("Bal") if text(each, "Tp/CdOrPrtry/Cd") in codes]


def _goes_on(page: etree._Element) -> bool:
    """Another page is to come: the bank says so, or the closing balance is not there yet."""
    last = text(page, "StmtPgntn/LastPgInd")
    return last in ("false", "0") if last else not balances(page, CLOSING)


def _same(first: etree._Element, page: etree._Element) -> bool:
    """The next page of the same statement: the same account and name, and no beginning of its own.

    An opening balance is allowed where every page repeats that of the whole.
    """
    names = ("Acct/Id/IBAN", "Acct/Ccy", "Id")
    if any(text(first, each) != text(page, each) for each in names) or not text(page, "Id"):
        return False
    begin = [etree.tostring(each, with_tail=False) for each in balances(first, OPENING)[:1]]
    again = [etree.tostring(each, with_tail=False) for each in balances(page, OPENING)[:1]]
    return not again or again == begin
