"""Pages of a bank statement, whose each is and what each keeps, and in which currency an account is."""

from datetime import date

import pytest
from lxml import etree

from kbl.payments.bank.camt_pages import put_together
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank.statement import BankStatement
from kbl.payments.bank.unreadable import BankFileUnreadable
from tests.payments.test_camt_borders import CLOSE, IBAN, OPEN, TEN, bal, entry_of, file_of, ntry, stmt, tx, why

OTHER = "NL02ABNA0123456789"


def together(*stmts: str) -> list[etree._Element]:
    return put_together([etree.fromstring(each) for each in stmts])


def kept_in(account: str) -> str:
    return f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>{account}</Ccy></Acct>"


def test_a_page_goes_to_the_statement_before_it_with_its_bookings_and_balances_alone():
    summary = "<FrToDt><FrDt>2026-01-01</FrDt></FrToDt>"
    first, second = together(stmt(OPEN, TEN, CLOSE), stmt(OPEN, TEN, name="A2"), stmt(TEN, CLOSE, name="A2"))[:2]
    assert [len(each.findall("Ntry")) for each in (first, second)] == [1, 2]
    (whole,) = together(stmt(OPEN, ntry("4.00")), stmt(ntry("6.00"), CLOSE, more=summary))
    assert [each.tag for each in whole] == ["Id", "Acct", "Bal", "Ntry", "Ntry", "Bal"]


@pytest.mark.parametrize(
    ("first", "again", "whole"),
    [
        (stmt(OPEN, TEN), stmt(OPEN + "\n  ", TEN, CLOSE), 1),
        (stmt(OPEN + "\n", TEN), stmt(OPEN, TEN, CLOSE), 1),
        (stmt(OPEN, bal("PRCD", "1.00"), TEN), stmt(OPEN, TEN, CLOSE), 1),
        (stmt(OPEN, TEN), stmt(OPEN, bal("PRCD", "1.00"), TEN, CLOSE), 1),
        (stmt(OPEN, TEN), stmt(bal("PRCD", "1.00"), OPEN, TEN, CLOSE), 2),
        (stmt(TEN, iban="", more=kept_in("EUR")), stmt(TEN, CLOSE, iban="", more=kept_in("EUR")), 1),
        (stmt(TEN, iban="", more=kept_in("EUR")), stmt(TEN, CLOSE, iban="", more=kept_in("USD")), 2),
    ],
)
def test_whether_a_page_repeats_the_beginning_of_the_whole(first, again, whole):
    assert len(together(first, again)) == whole


@pytest.mark.parametrize(
    ("stmts", "currency"),
    [
        (stmt(OPEN, TEN, CLOSE, iban="", more=kept_in("USD")), "USD"),
        (stmt(OPEN, TEN, CLOSE, iban="", more=kept_in("USDX")), "USD"),
        (stmt(bal("OPBD", "1.00", ccy="GBP"), TEN, CLOSE), "GBP"),
        (stmt(bal("OPBD", "1.00", ccy="GBP"), TEN, CLOSE, iban="", more=kept_in("USD")), "USD"),
        (stmt(TEN), "EUR"),
        (stmt(bal("OPBD", "1.00", ccy=""), TEN, CLOSE), "EUR"),
        (stmt(OPEN, TEN, bal("CLBD", "90.00", ccy="USD")), "EUR"),
    ],
)
def test_in_what_an_account_is_kept(stmts, currency):
    """As it says, else as its first balance is; what says nothing is in euros."""
    good, passed = read(file_of(stmt(OPEN, TEN, CLOSE, iban=OTHER, name="B"), stmts))
    assert isinstance(good, BankStatement) and (passed.currency, passed.iban) == (currency, IBAN)
    if currency != "EUR":
        assert why(file_of(stmts)) == "currency"


def test_without_a_beginning_of_its_own_a_statement_begins_at_its_bookings():
    (found,) = read(file_of(stmt(bal("OPBD", "100.00", on="2026-01-18"), TEN, CLOSE)))
    assert found.first_day == date(2026, 1, 22)


def test_what_is_itemised_is_not_known_by_the_names_of_its_parts():
    named = tx("10.00").replace("<Refs>", "<Refs><MsgId>M2</MsgId>")
    assert entry_of(f"<NtryDtls>{named}</NtryDtls>").batch_ids == ()
    batch = "<Btch><PmtInfId>P1</PmtInfId></Btch>"
    assert entry_of(f"<NtryDtls>{batch}{named}</NtryDtls>").batch_ids == ("P1",)


@pytest.mark.parametrize("message", ["pain.001", "camt.054", ""])
def test_another_message_is_known_by_its_name(message):
    space = f"urn:iso:std:iso:20022:tech:xsd:{message}.001.08" if message else "urn:iets-anders"
    with pytest.raises(BankFileUnreadable) as refused:
        read(f'<Document xmlns="{space}"><Iets/></Document>'.encode())
    assert refused.value.facts["message"] == message
