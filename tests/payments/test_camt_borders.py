"""What a bank writes, piece by piece: pages, balances, amounts, days, letters, and where two statements touch."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from lxml import etree

from kbl.payments.accounts import verdicts
from kbl.payments.bank import overlap, reasons, safe_xml
from kbl.payments.bank.camt_pages import balances, put_together
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank.camt_values import count, day_of, number
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail
from kbl.payments.bank.unreadable import BankFileUnreadable

DAY = date(2026, 1, 22)
IBAN = "NL91ABNA0417164300"


def bal(code: str, amount: str, sign: str = "CRDT", ccy: str = "EUR", on: str = "2026-01-22") -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f'<Bal>{kind}<Amt Ccy="{ccy}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>'


def ntry(
    amount: str, sign: str = "DBIT", inside: str = "", status: str = "<Sts>BOOK</Sts>", on: str = "2026-01-22"
) -> str:
    head = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}<BookgDt><Dt>{on}</Dt></BookgDt>'
    return f"<Ntry>{head}{inside}</Ntry>"


def stmt(*inside: str, name: str = "A1", iban: str = IBAN, more: str = "") -> str:
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>" if iban else ""
    return f"<Stmt><Id>{name}</Id>{more}{account}{''.join(inside)}</Stmt>"


def file_of(*stmts: str, version: str = "08") -> bytes:
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return f'<Document xmlns="{space}"><BkToCstmrStmt>{"".join(stmts)}</BkToCstmrStmt></Document>'.encode()


def why(content: bytes) -> str:
    with pytest.raises(BankFileUnreadable) as refused:
        read(content)
    return str(refused.value.reason)


OPEN, CLOSE = bal("OPBD", "100.00"), bal("CLBD", "90.00")
TEN = ntry("10.00")


def page(number: str, last: str) -> str:
    return f"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>"


@pytest.mark.parametrize(
    ("stmts", "whole"),
    [
        ([stmt(OPEN, TEN, CLOSE)], 1),
        ([stmt(OPEN, ntry("4.00"), more=page("1", "false")), stmt(ntry("6.00"), CLOSE, more=page("2", "true"))], 1),
        ([stmt(OPEN, ntry("4.00"), more=page("1", "0")), stmt(ntry("6.00"), CLOSE, more=page("2", "1"))], 1),
        ([stmt(OPEN, ntry("4.00")), stmt(ntry("6.00"), CLOSE)], 1),
        (
            [
                stmt(OPEN, CLOSE, ntry("4.00"), more=page("1", "false")),
                stmt(OPEN, ntry("6.00"), more=page("2", "true")),
            ],
            1,
        ),
        ([stmt(OPEN, TEN, CLOSE), stmt(OPEN, TEN, CLOSE)], 2),
        ([stmt(OPEN, TEN, CLOSE, more=page("1", "true")), stmt(OPEN, TEN, CLOSE)], 2),
        ([stmt(OPEN, TEN), stmt(TEN, CLOSE, name="A2")], 2),
        ([stmt(OPEN, TEN), stmt(TEN, CLOSE, iban="NL02ABNA0123456789")], 2),
        ([stmt(OPEN, TEN), stmt(bal("OPBD", "90.00"), TEN, bal("CLBD", "80.00"))], 2),
        ([stmt(OPEN, TEN, name=""), stmt(TEN, CLOSE, name="")], 2),
        ([stmt(OPEN, ntry("3.00")), stmt(ntry("3.00")), stmt(ntry("4.00"), CLOSE)], 1),
    ],
)
def test_pages_of_one_statement_are_put_together_and_no_others(stmts, whole):
    found = put_together([etree.fromstring(each) for each in stmts])
    assert len(found) == whole
    assert sum(len(each.findall("Ntry")) for each in found) == sum(each.count("<Ntry>") for each in stmts)


def test_a_statement_in_pages_adds_up():
    pages = [stmt(OPEN, ntry("4.00"), bal("ITBD", "96.00")), stmt(bal("ITBD", "96.00"), ntry("6.00"), CLOSE)]
    (found,) = read(file_of(*pages))
    assert (found.opening, found.closing, len(found.entries)) == (Decimal(100), Decimal(90), 2)
    (first,) = read(file_of(pages[0]))
    assert (first.opening, first.closing) == (Decimal(100), Decimal(96)), "a page that came alone"
    (second,) = read(file_of(pages[1]))
    assert (second.opening, second.closing) == (Decimal(96), Decimal(90))
    assert [each.findtext("Amt") for each in balances(etree.fromstring(pages[0]), ["ITBD"])] == ["96.00"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (stmt(TEN, CLOSE), "no_balance"),
        (stmt(OPEN, TEN), "no_balance"),
        (stmt(bal("ITBD", "1.00")), "no_balance"),
        (stmt(OPEN, ntry("9.99"), CLOSE), "does_not_add_up"),
        (stmt(OPEN, TEN, CLOSE, iban=""), "incomplete"),
        (stmt(OPEN, TEN, CLOSE, name=""), "incomplete"),
        (stmt(OPEN, TEN, CLOSE, name="x" * 36), "incomplete"),
        (stmt(OPEN, TEN, CLOSE, iban="N" * 35), "incomplete"),
        (stmt(OPEN, ntry("10.00", "IETS"), CLOSE), "incomplete"),
        (stmt(OPEN, ntry("10.00", on="2026-13-01"), CLOSE), "incomplete"),
        (stmt(bal("OPBD", "100.00", ccy="USD"), TEN, CLOSE), "currency"),
        (stmt(OPEN, TEN, bal("CLBD", "90.00", ccy="USD")), "currency"),
        (stmt(OPEN, TEN, CLOSE, more="<Acct><Ccy>USD</Ccy></Acct>", iban=""), "incomplete"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_reason(content, reason):
    assert why(file_of(content)) == reason
    (good, passed) = read(file_of(stmt(OPEN, TEN, CLOSE), content.replace("<Id>A1</Id>", "<Id>B</Id>")))
    assert isinstance(good, BankStatement) and str(passed.error.reason) == reason.replace("incomplete", "incomplete")


def test_names_as_long_as_the_standard_has_them():
    (found,) = read(file_of(stmt(OPEN, TEN, CLOSE, name="x" * 35, iban=" nl91 abna 0417 1643 00 ")))
    assert (found.id, found.iban) == ("x" * 35, IBAN)
    (previous,) = read(file_of(stmt(bal("PRCD", "100.00"), TEN, CLOSE)))
    assert previous.opening == Decimal(100)
    (both,) = read(file_of(stmt(bal("PRCD", "1.00"), OPEN, TEN, CLOSE)))
    assert both.opening == Decimal(100), "an opening balance goes before that of the statement before"


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ("<FrToDt><FrDtTm>2026-01-20T00:00:00</FrDtTm></FrToDt>", date(2026, 1, 20)),
        ("<FrToDt><FrDt>2026-01-19</FrDt></FrToDt>", date(2026, 1, 19)),
        ("", DAY),
        ("<FrToDt><FrDt>2026-01-25</FrDt></FrToDt>", DAY),
    ],
)
def test_on_which_day_a_statement_begins(more, first):
    (found,) = read(file_of(stmt(OPEN, TEN, CLOSE, more=more)))
    assert (found.first_day, found.last_day) == (first, DAY)
    (quiet,) = read(file_of(stmt(bal("OPBD", "1.00", on="2026-01-18"), bal("CLBD", "1.00"), more=more)))
    assert quiet.first_day == min(first if more else date(2026, 1, 18), DAY)


def test_a_booking_outside_the_days_stretches_them():
    (found,) = read(file_of(stmt(OPEN, ntry("4.00", on="2026-01-10"), ntry("6.00", on="2026-01-30"), CLOSE)))
    assert (found.first_day, found.last_day) == (date(2026, 1, 10), date(2026, 1, 30))


@pytest.mark.parametrize("status", ["<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>", "<Sts>INFO</Sts>", ""])
def test_only_what_was_booked_counts(status):
    (found,) = read(file_of(stmt(OPEN, TEN, ntry("5.00", status=status), CLOSE)))
    assert len(found.entries) == 1
    (coded,) = read(file_of(stmt(OPEN, ntry("10.00", status="<Sts><Cd>BOOK</Cd></Sts>"), CLOSE)))
    assert len(coded.entries) == 1


def tx(amount: str = "", name: str = "E1", more: str = "", sign: str = "", path: str = "Amt", ccy: str = "EUR") -> str:
    open_, close = "".join(f"<{each}>" for each in path.split("/")[:-1]), ""
    close = "".join(f"</{each}>" for each in reversed(path.split("/")[:-1]))
    said = f'{open_}<Amt Ccy="{ccy}">{amount}</Amt>{close}' if amount else ""
    way = f"<CdtDbtInd>{sign}</CdtDbtInd>" if sign else ""
    return f"<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>{said}{way}{more}</TxDtls>"


def entry_of(inside: str) -> Booking:
    (found,) = read(file_of(stmt(OPEN, ntry("10.00", inside=inside), CLOSE)))
    return found.entries[0]


def details(*txs: str, batch: str = "") -> list[tuple[str, Decimal]]:
    found = entry_of(f"<NtryDtls>{batch}{''.join(txs)}</NtryDtls>").details
    return [(each.end_to_end_id, each.amount) for each in found]


FOUR, SIX = Decimal(-4), Decimal(-6)


def test_the_parts_of_a_booking_count_when_all_are_there():
    assert details(tx(name="E1")) == [("E1", Decimal(-10))]
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        assert details(tx("4.00", path=path), tx("6.00", "E2", path=path)) == [("E1", FOUR), ("E2", SIX)]
    assert details(tx("14.00"), tx("4.00", "E2", sign="CRDT")) == [("E1", Decimal(-14)), ("E2", Decimal(4))]
    assert details(tx("4.00"), tx("5.00", "E2")) == [], "that does not come to it"
    assert details(tx("10.00"), tx("", "E2")) == [], "one says nothing"
    assert details(tx("4.00"), tx("6.00", "E2", ccy="USD")) == []
    for said, whole in (("2", 2), ("3", 0), ("", 2), ("000000000000002", 2)):
        batch = f"<Btch><NbOfTxs>{said}</NbOfTxs></Btch>"
        assert len(details(tx("4.00"), tx("6.00", "E2"), batch=batch)) == whole


def test_what_a_batch_is_called():
    inside = "<NtryDtls><Btch><MsgId>M1</MsgId><PmtInfId>P1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch></NtryDtls>"
    batch = entry_of(inside)
    assert (batch.batch_ids, batch.batch_count, batch.is_batch, batch.details) == (("P1", "M1"), 3, True, ())
    two = entry_of("<NtryDtls><Btch><MsgId>M1</MsgId><NbOfTxs>3</NbOfTxs></Btch></NtryDtls>" * 2 + inside)
    assert (two.batch_ids, two.batch_count) == (("M1", "P1"), 9)
    unnamed = entry_of("<NtryDtls><Btch><MsgId>NOTPROVIDED</MsgId></Btch></NtryDtls>")
    assert unnamed.batch_ids == () and unnamed.batch_count == 0
    parts = entry_of(f"<NtryDtls>{tx('1.00')}{tx('2.00')}</NtryDtls>".replace("<Refs>", "<Refs><MsgId>M2</MsgId>"))
    assert parts.batch_ids == ("M2",) and parts.is_batch and not parts.details
    assert not entry_of(f"<NtryDtls>{tx()}</NtryDtls>").is_batch


@pytest.mark.parametrize("word", ["NOTPROVIDED", "notprovided", "NONREF", "NotAvailable"])
def test_a_word_for_nothing_is_nothing(word):
    refs = f"<AcctSvcrRef>{word}</AcctSvcrRef><NtryDtls>{tx(name=word)}</NtryDtls>"
    found = entry_of(refs)
    assert found.reference == "" and found.details[0].end_to_end_id == "" and found.details[0].reference == ""


def test_the_banks_own_reference_and_why_it_came_back():
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    own = tx(more=back).replace("</Refs>", "<AcctSvcrRef>R2</AcctSvcrRef></Refs>")
    found = entry_of(f"<AcctSvcrRef>R1{'x' * 40}</AcctSvcrRef><NtryDtls>{own}</NtryDtls>")
    assert (found.reference, found.details[0].reference, found.details[0].reason) == (f"R1{'x' * 33}", "R2", "AC04")
    without = entry_of(f"<AcctSvcrRef>R1</AcctSvcrRef><NtryDtls>{tx()}</NtryDtls>").details[0]
    assert (without.reference, without.reason) == ("R1", "")
    private = entry_of(f"<NtryDtls>{tx(more=back.replace('Cd>', 'Prtry>').replace('AC04', 'TECHNICAL'))}</NtryDtls>")
    assert private.details[0].reason == "TECH"


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("10", "10"),
        ("+10.00", "10"),
        ("0010.5", "10.5"),
        (".50", "0.5"),
        ("50.", "50"),
        ("-0.00", "0"),
        ("999999999999.99", "999999999999.99"),
        ("0" * 58 + "10", "10"),
        ("0" * 59 + "10", None),
        ("1000000000000", None),
        ("-1", None),
        ("1.005", None),
        ("1,00", None),
        ("1e2", None),
        ("", None),
        ("٣", None),
    ],
)
def test_an_amount_as_the_standard_lets_it_be_written(written, amount):
    element = etree.fromstring("<Amt/>")
    element.text = f" {written} "
    if amount is None:
        with pytest.raises(BankFileUnreadable, match="damaged"):
            number(element)
    else:
        assert number(element) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-01-22", DAY),
        ("2026-01-22Z", DAY),
        ("2026-01-22+01:00", DAY),
        ("2026-01-22T23:30:00", DAY),
        ("2026-01-22T24:00:00", DAY),
        ("2026-01-22T24:00", DAY),
        ("2026-01-21T23:30:00Z", DAY),
        ("2026-01-21t23:30z", None),
        ("2026-01-21T23:30z", DAY),
        ("2026-01-22T23:30:00+01:00", DAY),
        ("2026-01-22T23:30:00-0500", date(2026, 1, 23)),
        ("2026-01-22T12:00:00.123", DAY),
        ("2026-02-30", None),
        ("22-01-2026", None),
        ("", None),
        ("9999-12-31T23:59:59-01:00", None),
    ],
)
def test_a_day_of_the_banks(written, day):
    if day is None and not written.startswith("2026-01-21t"):
        with pytest.raises(BankFileUnreadable, match="incomplete"):
            day_of(written)
    elif day is not None:
        assert day_of(written) == day


@pytest.mark.parametrize(("said", "many"), [("2", 2), ("0" * 14 + "2", 2), ("0" * 15 + "2", 0), ("", 0), ("x", 0)])
def test_how_many(said, many):
    assert count(said) == many


@pytest.mark.parametrize("known", sorted(safe_xml.KNOWN))
def test_every_alphabet_that_is_known_can_be_read(known):
    declared = f'<?xml version="1.0" encoding="{known}"?><a>e</a>'.encode()
    assert safe_xml.parse(declared)[0].text == "e"


ALPHABETS = (
    "utf-8 utf8 utf-16 utf16 utf-16le utf-16be us-ascii ascii cp1250 cp1252 cp850 cp437 macintosh latin1 latin-1"
)
ALPHABETS += " latin9 windows-1250 windows-1252 windows-1254 " + " ".join(
    f"{name}-{part}" for name in ("iso-8859", "iso8859") for part in (1, 2, 9, 15)
)


def test_these_alphabets_and_no_others():
    assert set(ALPHABETS.split()) == safe_xml.KNOWN
    for strange in ("utf-7", "ebcdic", "utf-32"):
        with pytest.raises(BankFileUnreadable, match="damaged"):
            safe_xml.parse(f'<?xml version="1.0" encoding="{strange}"?><a/>'.encode())


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"PK\x03\x04", "archive"),
        (b"\x1f\x8b", "archive"),
        (b"%PDF", "pdf"),
        (b"\x89PNG", "picture"),
        (b"\xff\xd8\xff", "picture"),
        (b"\xd0\xcf\x11\xe0", "office"),
        (b":20:", "mt940"),
        (b"{1:", "mt940"),
        (b"0000 ", "mt940"),
        (b":940:", "mt940"),
        (b"<!DOCTYPE html>", "page"),
        (b"<HTML>", "page"),
    ],
)
def test_what_is_no_statement_is_called_by_its_name(start, kind):
    with pytest.raises(BankFileUnreadable) as refused:
        safe_xml.parse(b"\n " + start + b" and more")
    assert (str(refused.value.reason), refused.value.facts["kind"]) == ("wrong_kind", kind)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("text", "no_xml"),
        ("<!DOCTYPE a><a/>", "trick"),
        ("<a/><!ENTITY b>", "trick"),
        ("<a>", "damaged"),
        ("<a/>text", "damaged"),
        ("<!-- a -->", "damaged"),
    ],
)
def test_what_is_refused_before_it_is_read(text, reason):
    with pytest.raises(BankFileUnreadable) as refused:
        safe_xml.parse(text.encode())
    assert str(refused.value.reason) == reason


def test_how_large_a_statement_may_be(monkeypatch):
    monkeypatch.setattr(safe_xml, "LARGEST_FILE", 8)
    assert len(safe_xml.parse(b"<a></a>\n")) == 1
    with pytest.raises(BankFileUnreadable, match="too_large"):
        safe_xml.parse(b"<a></a>\n\n")
    monkeypatch.setattr(safe_xml, "LARGEST_FILE", 100)
    monkeypatch.setattr(safe_xml, "MOST_MARKS", 3)
    assert len(safe_xml.parse(b"<a/><b/><c/>")) == 3
    with pytest.raises(BankFileUnreadable, match="too_large"):
        safe_xml.parse(b"<a/><b/><c/><d/>")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a&#x1;b", "ab"),
        ("a&#1;b", "ab"),
        ("a&#xD800;b", "ab"),
        ("a&#xDFFF;b", "ab"),
        ("a&#xE000;b", "a\ue000b"),
        ("a&#x110000;b", "ab"),
        ("a&#x10FFFF;b", "a\U0010ffffb"),
        ("a&#65;b", "aAb"),
        ("a\x0bb", "ab"),
    ],
)
def test_a_sign_that_no_xml_can_hold_goes(written, text):
    assert safe_xml.parse(f"<a>{written}</a>".encode())[0].text == text


def statement(opening: int, closing: int, *amounts: int, first=DAY, last=DAY) -> BankStatement:
    entries = tuple(Booking(DAY, Decimal(each)) for each in amounts)
    return BankStatement(IBAN, "A", first, last, Decimal(opening), Decimal(closing), entries)


def kept(pk: int, opening: int, closing: int, first=DAY, last=DAY) -> SimpleNamespace:
    ends = {"opening": Decimal(opening), "closing": Decimal(closing)}
    return SimpleNamespace(pk=pk, first_day=first, last_day=last, **ends)


def rows(*amounts: int, on=DAY) -> list[tuple[date, Decimal]]:
    return [(on, Decimal(each)) for each in amounts]


EARLIER, LATER = date(2026, 1, 21), date(2026, 1, 23)


def test_which_statements_lead_up_to_one_and_go_on_from_it():
    one = statement(100, 90, -10)
    chain = [kept(1, 80, 100, EARLIER), kept(2, 70, 80, EARLIER, EARLIER), kept(3, 90, 60), kept(4, 60, 50, DAY, LATER)]
    assert overlap._before(one, chain) == {1, 2}
    assert overlap._after(one, chain) == {3, 4}
    assert overlap._before(one, [kept(1, 80, 100, DAY, LATER), kept(2, 80, 99)]) == set()
    assert overlap._after(one, [kept(3, 90, 60, EARLIER, EARLIER), kept(4, 91, 60)]) == set()
    assert overlap._before(one, [kept(1, 100, 100)]) == {1}, "one that comes to nothing ends the search"


def test_which_bookings_two_statements_share_at_their_ends():
    one = statement(94, 84, -3, -7)
    assert overlap._shared(kept(1, 100, 91), rows(-6, -3), one, rows(-3, -7)) == range(1, 2)
    assert overlap._shared(kept(1, 100, 92), rows(-6, -3), one, rows(-3, -7)) == range(0)
    other = statement(100, 91, -6, -3)
    assert overlap._shared(kept(1, 94, 84), rows(-3, -7), other, rows(-6, -3)) == range(1)
    assert overlap._shared(kept(1, 95, 84), rows(-3, -7), other, rows(-6, -3)) == range(0)


@pytest.mark.parametrize(
    ("few", "few_from", "inside"),
    [
        (rows(-3), 94, True),
        (rows(-6, -3), 100, True),
        (rows(-3, -7), 94, True),
        (rows(-7), 91, True),
        (rows(-7), 94, False),
        (rows(-6, -7), 100, False),
        (rows(-6, -3, -7, -1), 100, False),
        ([], 100, False),
    ],
)
def test_a_row_of_bookings_is_a_part_of_another_at_the_same_balance(few, few_from, inside):
    assert overlap._inside(few, Decimal(few_from), rows(-6, -3, -7), Decimal(100)) is inside


def test_a_day_that_ends_as_it_began_is_told_again_when_all_of_it_is_there():
    one = statement(100, 100, -10, 10, -1, 1)
    assert overlap._told_again(kept(1, 50, 50), rows(10, -10), one, rows(-10, 10, -1, 1))
    assert not overlap._told_again(kept(1, 50, 50), rows(10, -10, 2, -2), one, rows(-10, 10, -1, 1))
    assert not overlap._told_again(kept(1, 50, 49), rows(10, -11), one, rows(-10, 10, -1, 1))
    assert not overlap._told_again(kept(1, 50, 50), [], one, rows(-10, 10))
    wide = kept(1, 50, 50, EARLIER, LATER)
    around = [*rows(5, on=EARLIER), *rows(10, -10), *rows(-5, on=LATER)]
    assert overlap._told_again(wide, around, one, rows(-10, 10, -1, 1)), "only the days that both tell"


def test_which_balances_an_account_can_have_passed():
    bookings = [*rows(-5, on=EARLIER), *rows(-3, -7), *rows(-50, on=LATER)]
    for balance, passed in ((95, True), (92, True), (88, True), (85, True), (100, False), (35, False)):
        assert overlap._passes(bookings, Decimal(100), Decimal(balance), DAY) is passed
    many = rows(*(2**n for n in range(13)))
    assert overlap._passes(many, Decimal(0), Decimal(-1), DAY), "so many that it is taken to pass them all"


def test_what_is_not_ours_leaves_its_day_and_amount_alone():
    detail = BookingDetail(Decimal(-4), "KBL-1", "R1", "AC04")
    other = BookingDetail(Decimal(-6), "THEIRS", "R2", "MD07")
    booking = Booking(DAY, Decimal(-10), "R", (detail, other), ("RUN", "X"), 2, is_batch=True)
    whole = BankStatement(IBAN, "A", DAY, DAY, Decimal(100), Decimal(90), (booking,))
    (ours,) = whole.only({"KBL-1"}, set()).entries
    assert ours.details == (detail, BookingDetail(Decimal(-6), reference="R2")) and ours.batch_ids == ()
    (nobodys,) = whole.only(set(), {"RUN"}).entries
    assert (nobodys.details, nobodys.batch_ids, nobodys.is_batch) == ((), ("RUN", "-"), False)
    assert (whole.end_to_end_ids, whole.batch_ids, whole.total) == ({"KBL-1", "THEIRS"}, {"RUN", "X"}, Decimal(-10))


ABOUT_THE_ACCOUNT = "AC01 AC03 AC04 AC06 AC13 AC14 AG01 BE01 MD07 RC01 RR01"


def test_which_codes_say_that_the_account_is_the_matter():
    """These are remembered at the payee; on any other the payment may simply be made again."""
    assert set(ABOUT_THE_ACCOUNT.split()) == set(verdicts.ABOUT_THE_ACCOUNT)
    for code, (words, step, account) in reasons.CODES.items():
        told = reasons.reason(code)
        assert (told.code, told.words, told.step, told.account) == (code, words, step, account)
        assert (step == reasons.ANOTHER_ACCOUNT) is account


def test_a_code_that_nobody_knows_is_said_as_it_is():
    unknown, none = reasons.reason("XX99"), reasons.reason("")
    assert unknown.words == "om reden XX99 van de bank" and unknown.step == "Bel de eigen bank. Noem code XX99."
    assert not unknown.account and not none.account and none.words == "de bank noemt geen reden"


def test_the_reader_of_xml_is_told_what_to_leave_alone(monkeypatch):
    """No entity, no network and no endless tree, whatever passed the looks before it."""
    told = []
    parser = etree.XMLParser
    monkeypatch.setattr(etree, "XMLParser", lambda **words: told.append(words) or parser(**words))
    safe_xml.parse(b"<a/>")
    off = dict.fromkeys(("resolve_entities", "load_dtd", "huge_tree", "collect_ids"), False)
    on = dict.fromkeys(("no_network", "remove_comments", "remove_pis"), True)
    assert told == [{**off, **on, "encoding": "utf-8"}]
