"""What the bank delivers is read as it is; what wants to do harm, or does not add up, is refused with a reason."""

from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from pycamt.parser import Camt053Parser

from kbl.payments.bank import sentences
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from kbl.programme.demo.bank_statement import VERSIONS, PlayedBooking, file, statement
from tests.effort import least, measured

OURS = "NL91ABNA0417164300"
DAY = date(2026, 1, 22)
A_HUNDRED = Decimal("100.00")

BOOKINGS = [
    PlayedBooking(Decimal("-42.00"), DAY, "KBL-0001-1", "REF1", name="Bibliotheek Venlo"),
    PlayedBooking(Decimal("42.00"), DAY, "KBL-0001-1", "REF2", reason="AC04", name="Bibliotheek Venlo"),
    PlayedBooking(Decimal("-12.34"), DAY, reference="REF3", name="Jan Jansen"),
    PlayedBooking(Decimal("-5.00"), DAY, "KBL-0001-9", "REF4", pending=True),
]


def made(**changes) -> bytes:
    words = {"opening": A_HUNDRED, "day": DAY, "name": "A1", **changes}
    return statement(words.pop("iban", OURS), words.pop("bookings", BOOKINGS), **words)


def why(content: bytes) -> UnreadableReason:
    with pytest.raises(BankFileUnreadable) as refused:
        read(content)
    assert sentences.about_file(refused.value).endswith(".")
    return refused.value.reason


@pytest.mark.parametrize("version", VERSIONS)
def test_a_statement_is_read_with_its_days_its_balances_and_what_was_booked(version):
    (found,) = read(made(version=version))
    assert (found.iban, found.id, found.first_day, found.last_day) == (OURS, "A1", DAY, DAY)
    assert (found.opening, found.closing) == (A_HUNDRED, Decimal("87.66"))
    assert [entry.amount for entry in found.entries] == [Decimal("-42"), Decimal("42"), Decimal("-12.34")]
    assert [detail.end_to_end_id for entry in found.entries for detail in entry.details] == [
        "KBL-0001-1",
        "KBL-0001-1",
        "",
    ]
    assert found.entries[1].details[0].reason == "AC04"
    assert [entry.reference for entry in found.entries] == ["REF1", "REF2", "REF3"], "what is pending comes again"


def test_names_and_descriptions_never_get_in():
    assert "Jan" not in repr(read(made())) and "Venlo" not in repr(read(made()))


@pytest.mark.parametrize("version", VERSIONS)
def test_another_parser_reads_the_same(version):
    """pycamt knows less, but of what it knows it says the same."""
    content = made(version=version)
    theirs = [each for each in Camt053Parser(content).get_transactions() if each["Status"] == "BOOK"]
    (ours,) = read(content)
    assert [(Decimal(each["Amount"]), each["EndToEndId"], each["TransactionID"]) for each in theirs] == [
        (abs(each.amount), each.details[0].end_to_end_id or "NOTPROVIDED", each.reference) for each in ours.entries
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_with_its_transactions_and_one_without(version):
    parts = (
        PlayedBooking(Decimal("-10.00"), DAY, "KBL-0001-1", "T1"),
        PlayedBooking(Decimal("-20.00"), DAY, "KBL-0001-2", "T2"),
    )
    whole = PlayedBooking(Decimal("-30.00"), DAY, reference="B1", parts=parts, batch="KBL-BET-0001", count=2)
    bare = PlayedBooking(Decimal("-30.00"), DAY, reference="B2", batch="KBL-BET-0001", count=2)
    wrong = PlayedBooking(Decimal("-31.00"), DAY, reference="B3", parts=parts, batch="KBL-BET-0001", count=2)
    (found,) = read(made(bookings=[whole, bare, wrong], version=version))
    assert [len(entry.details) for entry in found.entries] == [2, 0, 0], "details that do not add up are none"
    assert [detail.reference for detail in found.entries[0].details] == ["T1", "T2"]
    assert found.entries[1].batch_ids == ("KBL-BET-0001",) and found.entries[1].batch_count == 2


def test_a_file_may_hold_several_statements():
    days = [DAY, date(2026, 1, 23)]
    found = read(file([(OURS, [PlayedBooking(Decimal(1), day)], Decimal(0), day, f"A{day.day}") for day in days]))
    assert [each.id for each in found] == ["A22", "A23"]


def test_a_statement_without_bookings_is_one_too():
    (found,) = read(made(bookings=[]))
    assert (found.entries, found.closing, found.first_day) == ((), A_HUNDRED, DAY)


def test_a_balance_that_does_not_add_up_is_refused():
    content = made().replace(b'<Amt Ccy="EUR">87.66</Amt>', b'<Amt Ccy="EUR">87.65</Amt>')
    assert why(content) == UnreadableReason.DOES_NOT_ADD_UP


def _with(old: bytes, new: bytes) -> bytes:
    content = made()
    assert old in content
    return content.replace(old, new)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]>"
)
BODY = made().split(b"\n", 1)[1]

HOSTILE: dict[str, tuple] = {
    "nothing": (lambda: b"", {UnreadableReason.EMPTY}),
    "spaces": (lambda: b" " * 4_900_000, {UnreadableReason.EMPTY}),
    "a hundred MB of spaces": (lambda: b" " * 100_000_000, {UnreadableReason.TOO_LARGE}),
    "a billion laughs": (lambda: LAUGHS + BODY.replace(b"A1", b"&j;"), {UnreadableReason.TRICK}),
    "an entity that reads a file": (
        lambda: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + BODY.replace(b"A1", b"&a;"),
        {UnreadableReason.TRICK},
    ),
    "a document type elsewhere": (
        lambda: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY,
        {UnreadableReason.TRICK},
    ),
    "a bomb in another alphabet": (
        lambda: (
            (LAUGHS.decode() + BODY.decode())
            .replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
            .encode("utf-16")
        ),
        {UnreadableReason.TRICK},
    ),
    "an entity that nobody declared": (lambda: BODY.replace(b"A1", b"&j;"), {UnreadableReason.DAMAGED}),
    "ten thousand deep": (lambda: b"<a>" * 10_000 + b"</a>" * 10_000, {UnreadableReason.DAMAGED}),
    "a million tags": (lambda: b"<a>" + b"<b/>" * 1_200_000 + b"</a>", {UnreadableReason.TOO_LARGE}),
    "almost too many tags": (lambda: b"<a>" + b"<b/>" * 399_000 + b"</a>", {UnreadableReason.WRONG_MESSAGE}),
    "a million attributes": (
        lambda: b"<a " + b" ".join(b'a%d="1"' % i for i in range(400_000)) + b"/>",
        {UnreadableReason.DAMAGED, UnreadableReason.WRONG_MESSAGE},
    ),
    "one long name": (
        lambda: b"<" + b"a" * 4_900_000 + b"/>",
        {UnreadableReason.DAMAGED, UnreadableReason.WRONG_MESSAGE},
    ),
    "one long text": (lambda: _with(b"A1", b"A" * 4_800_000), {UnreadableReason.INCOMPLETE}),
    "a long amount": (lambda: _with(b"42.00", b"9" * 1_000_000), {UnreadableReason.DAMAGED}),
    "an amount with an exponent": (lambda: _with(b"42.00", b"1e9"), {UnreadableReason.DAMAGED}),
    "half cents": (lambda: _with(b"12.34", b"12.345"), {UnreadableReason.DAMAGED}),
    "a day that does not exist": (lambda: _with(b"2026-01-22", b"2026-02-31"), {UnreadableReason.INCOMPLETE}),
    "cut in the middle": (lambda: made()[:900], {UnreadableReason.DAMAGED}),
    "only an account": (
        lambda: BODY.split(b"<Bal>")[0] + b"</Stmt></BkToCstmrStmt></Document>",
        {UnreadableReason.NO_BALANCE},
    ),
    "no statement": (lambda: BODY.split(b"<Stmt>")[0] + b"</BkToCstmrStmt></Document>", {UnreadableReason.INCOMPLETE}),
    "dollars": (lambda: _with(b'Ccy="EUR"', b'Ccy="USD"'), {UnreadableReason.CURRENCY}),
    "a payment file": (lambda: BODY.replace(b"camt.053.001.08", b"pain.001.001.09"), {UnreadableReason.WRONG_MESSAGE}),
    "an intraday report": (
        lambda: BODY.replace(b"camt.053.001.08", b"camt.052.001.08"),
        {UnreadableReason.WRONG_MESSAGE},
    ),
    "another root": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", {UnreadableReason.WRONG_MESSAGE}),
    "a web page": (lambda: b"<!DOCTYPE html><html></html>", {UnreadableReason.WRONG_KIND}),
    "a zip": (lambda: b"PK\x03\x04" + b"x" * 1000, {UnreadableReason.WRONG_KIND}),
    "a pdf": (lambda: b"%PDF-1.7 ...", {UnreadableReason.WRONG_KIND}),
    "mt940": (lambda: b":20:940S260122\r\n:25:NL91ABNA0417164300", {UnreadableReason.WRONG_KIND}),
    "csv": (lambda: b"IBAN;Datum;Bedrag\n", {UnreadableReason.NO_XML}),
    "random bytes": (lambda: bytes(range(256)) * 1000, {UnreadableReason.DAMAGED, UnreadableReason.NO_XML}),
    "letters that are no utf-8": (lambda: _with(b"Jan Jansen", b"Jos\xe9"), {UnreadableReason.DAMAGED}),
    "an alphabet that nobody knows": (
        lambda: b'<?xml version="1.0" encoding="utf-7"?>' + BODY,
        {UnreadableReason.DAMAGED},
    ),
}


@cache
def honest_statement() -> float:
    """The cost of reading a bank statement of five thousand bookings, about half of what we take."""
    bookings = [
        PlayedBooking(Decimal("-1.00"), DAY, f"KBL-{i}", f"R{i}", name="Bibliotheek Venlo") for i in range(5_000)
    ]
    content = statement(OURS, bookings, opening=Decimal(10_000), day=DAY, name="A1")
    return least(lambda: read(content))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_quickly_and_in_words(name):
    make, expected = HOSTILE[name]
    content = make()
    work, reason = measured(lambda: why(content))
    assert reason in expected
    assert work < 3 * honest_statement()


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("ISO-8859-1", "latin-1"),
        ("iso8859-1", "latin-1"),
        ("ISO_8859-15", "iso8859-15"),
        ("windows-1250", "cp1250"),
        ("UTF-16", "utf-16"),
        ("utf-16", "utf-8"),  # as some programs write it
        ("windows-1252", "cp1252"),
        ("utf-8", "utf-8-sig"),
    ],
)
def test_letters_of_another_alphabet_are_read(encoding, codec):
    text = BODY.decode().replace("Jan Jansen", "José & Zoë".replace("&", "&amp;"))
    content = (f'<?xml version="1.0" encoding="{encoding}"?>' + text).encode(codec)
    assert read(content) == read(made())


@pytest.mark.parametrize("sign", ["\x1a", "&#x1F;", "&#0;", "&#65535;", "\ufffe", "&#xD800;"])
def test_what_no_xml_can_hold_in_a_name_costs_nobody_his_statement(sign):
    text = made().decode().replace("Jan Jansen", f"Jan{sign}Jansen")
    assert read(text.encode()) == read(made())


@pytest.mark.parametrize("end", [b"\x1a", b"\x00\x00", b"\r\n\x1a\x1a"])
def test_what_dos_puts_behind_a_text_goes(end):
    assert read(made() + end) == read(made())
