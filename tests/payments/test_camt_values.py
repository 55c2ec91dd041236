"""What stands in a bank's file, letter by letter: spaces, days, cents, alphabets, and what a statement is known by."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from kbl.payments.bank import overlap, safe_xml
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank.camt_values import day, day_of, number, text
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail
from kbl.payments.bank.unreadable import BankFileUnreadable
from tests.payments.test_camt_borders import CLOSE, OPEN, TEN, details, file_of, ntry, stmt, tx, why

DAY = date(2026, 1, 22)


def xml(written: str) -> etree._Element:
    return etree.fromstring(written)


def test_the_space_around_a_word_is_no_part_of_it():
    assert (
        text(xml("<a><b> \n x y </b></a>"), "b") == "x y"
        and text(xml("<a/>"), "b") == text(xml("<a><b/></a>"), "b") == ""
    )
    assert day(xml("<a><d><Dt> 2026-01-22 </Dt></d></a>"), "d") == DAY
    assert day(xml("<a><d><DtTm>2026-01-22T10:00:00</DtTm></d></a>"), "d") == DAY
    assert day(xml("<a><d><DtTm>2026-01-23T10:00:00</DtTm><Dt>2026-01-22</Dt></d></a>"), "d") == DAY, (
        "the day goes first"
    )


@pytest.mark.parametrize(
    "written",
    ["", "2026-02-30", "2026-02-30T10:00:00", "2026-01-22T25:00:00", "22-01-2026", "9999-12-31T23:59:59-14:00"],
)
def test_what_is_no_day(written):
    with pytest.raises(BankFileUnreadable) as refused:
        day_of(written)
    assert refused.value.reason == "incomplete"


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("2026-01-22T24:00:00", DAY), ("2026-01-22T24:00:00Z", date(2026, 1, 23)), ("2026-01-22T22:59:59Z", DAY),
        ("2026-01-22T23:00:00Z", date(2026, 1, 23)), ("2026-01-22T23:59:00+01:00", DAY),
        ("2026-01-22T00:30:00+02:00", date(2026, 1, 21)),
    ],
)  # fmt: skip
def test_on_which_day_a_moment_is(written, on):
    assert day_of(written) == on


def test_what_is_no_amount():
    for written in ("<a/>", "<a> </a>", "<a>x</a>", "<a>1.001</a>", "<a>-1</a>"):
        with pytest.raises(BankFileUnreadable) as refused:
            number(xml(written))
        assert refused.value.reason == "damaged"
    assert why(file_of(stmt(OPEN, TEN.replace('<Amt Ccy="EUR">10.00</Amt>', ""), CLOSE))) == "incomplete"
    assert why(file_of(stmt(OPEN, TEN.replace('<Amt Ccy="EUR">10.00</Amt>', '<Amt Ccy="EUR"/>'), CLOSE))) == "damaged"


def test_cents_of_the_parts_stay():
    assert details(tx("4.25"), tx("5.75", "E2")) == [("E1", Decimal("-4.25")), ("E2", Decimal("-5.75"))]
    (found,) = read(file_of(stmt(OPEN, ntry("10.25"), ntry("0.25", "CRDT"), CLOSE)))
    assert [each.amount for each in found.entries] == [Decimal("-10.25"), Decimal("0.25")]


# --- the letters ----------------------------------------------------------------------------------------------------

SIGN = '<?xml version="1.0" encoding="{}"?>'
BODY = "<a>é</a>"
UTF = ("UTF-8", "utf8", "UTF-16", "utf_16", "utf-16le", "utf-16be")
BYTES = ["cp1250", "CP1252", "cp850", "cp437", "macintosh", "latin1", "latin_1", "latin9", "iso-8859-1", "iso8859-2"]
BYTES += ["ISO_8859-9", "iso-8859-15", "windows-1250", "windows-1252", "windows-1254"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (SIGN.format("us-ascii") + BODY).encode(),
        b"\xff\xfe" + (SIGN.format("utf-8") + BODY).encode("utf-16-le"),
        b"\xfe\xff" + (SIGN.format("utf-8") + BODY).encode("utf-16-be"),
        (SIGN.format("utf-16") + BODY).encode("utf-16-le"),
        (SIGN.format("utf-16") + BODY).encode("utf-16-be"),
        (SIGN.format("utf-8") + "\ufeff" + BODY).encode(),
        ("\ufeff\ufeff" + SIGN.format("utf-8") + BODY).encode(),
        *((SIGN.format(name) + BODY).encode() for name in UTF),
        *((SIGN.format(name) + BODY).encode(name) for name in BYTES),
        BODY.encode(),
    ],
)  # fmt: skip
def test_in_whatever_letters_it_comes(content):
    (root,) = safe_xml.parse(content)
    assert root.text == "é"


@pytest.mark.parametrize("name", ["us-ascii", "ascii"])
def test_plain_letters_alone(name):
    assert safe_xml.parse((SIGN.format(name) + "<a>e</a>").encode())[0].text == "e"
    with pytest.raises(BankFileUnreadable):
        safe_xml.parse((SIGN.format(name) + BODY).encode())


def test_how_large_is_told_in_millions(monkeypatch):
    monkeypatch.setattr(safe_xml, "MOST_MARKS", 3)
    assert safe_xml.parse(b"<a><b/></a>")
    for content in (b"<a><b/><b/></a>", b" " * (safe_xml.LARGEST_FILE + 1)):
        with pytest.raises(BankFileUnreadable) as refused:
            safe_xml.parse(content)
        assert (refused.value.reason, refused.value.facts["limit"]) == ("too_large", 5)


# --- what makes it this statement -----------------------------------------------------------------------------------

DETAIL = BookingDetail(Decimal(-4), "E1", "R1", "AC04")
BOOKING = Booking(DAY, Decimal(-10), "R", (DETAIL,), ("RUN",), 2, is_batch=False)
WHOLE = BankStatement("NL91ABNA0417164300", "A", DAY, DAY, Decimal(100), Decimal(90), (BOOKING,))


@pytest.mark.parametrize(
    "other",
    [
        replace(WHOLE, iban="NL02ABNA0123456789"),
        replace(WHOLE, id="B"),
        replace(WHOLE, first_day=date(2026, 1, 21)),
        replace(WHOLE, last_day=date(2026, 1, 23)),
        replace(WHOLE, opening=Decimal(101)),
        replace(WHOLE, closing=Decimal(91)),
        replace(WHOLE, entries=()),
        replace(WHOLE, entries=(BOOKING, BOOKING)),
        replace(WHOLE, entries=(replace(BOOKING, on=date(2026, 1, 21)),)),
        replace(WHOLE, entries=(replace(BOOKING, amount=Decimal(-9)),)),
        replace(WHOLE, entries=(replace(BOOKING, reference=""),)),
        replace(WHOLE, entries=(replace(BOOKING, batch_ids=()),)),
        replace(WHOLE, entries=(replace(BOOKING, batch_count=3),)),
        replace(WHOLE, entries=(replace(BOOKING, details=()),)),
        *(
            replace(WHOLE, entries=(replace(BOOKING, details=(replace(DETAIL, **{name: value}),)),))
            for name, value in (("amount", Decimal(-5)), ("end_to_end_id", "E2"), ("reference", ""), ("reason", "AC01"))
        ),
    ],
)
def test_anything_that_was_read_otherwise_makes_another_statement(other):
    assert WHOLE.digest == replace(WHOLE, entries=(replace(BOOKING),)).digest and len(WHOLE.digest) == 64
    assert other.digest != WHOLE.digest


@pytest.mark.parametrize(
    ("reference", "whole"),
    [("R", "R"), ("R/2", "R"), ("R/12", "R"), ("R/2/3", "R/2"), ("R/x", "R/x"), ("R/", "R/"), ("R2", "R2"), ("", "")],
)
def test_one_reference_for_several_is_told_apart_by_a_number_behind_it(reference, whole):
    assert overlap._whole(reference) == whole


def test_what_has_no_name_is_not_among_the_names():
    unnamed = replace(WHOLE, entries=(replace(BOOKING, details=(replace(DETAIL, end_to_end_id=""), DETAIL)),))
    assert unnamed.end_to_end_ids == {"E1"}


@pytest.mark.parametrize(
    ("is_batch", "inside", "stays"), [(True, (), True), (False, (), False), (True, (DETAIL,), False)]
)
def test_a_batch_of_which_nothing_is_said_stays_one(is_batch, inside, stays):
    booking = replace(BOOKING, is_batch=is_batch, details=inside)
    (kept,) = replace(WHOLE, entries=(booking,)).only(set(), set()).entries
    assert (kept.is_batch, kept.details, kept.batch_ids) == (stays, (), ("-",))
