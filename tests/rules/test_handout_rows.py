"""Every reason of handing out and of taking back, each with the case in which it is the first that holds."""

from dataclasses import replace
from datetime import date

import pytest

from intermediaries.handouts.rule import (
    GROUNDS,
    UNDO_GROUNDS,
    HandoutCase,
    HandoutReason,
    HandoutUndoCase,
    HandoutUndoReason,
)
from kbl.eligibility import Worklist, first
from kbl.periods import Quarter

GOOD = HandoutCase(
    on=date(2025, 10, 2),
    today=date(2025, 10, 16),
    programme_starts_on=date(2025, 1, 1),
    organisation_id=1,
    status="allocated",
    holder_id=1,
    held_since=date(2025, 9, 1),
    last_day=date(2025, 12, 31),
    names={1: "Voedselbank Venlo", 2: "Welzijn Noord"},
)
UNKNOWN = replace(GOOD, status=None, holder_id=None, held_since=None, last_day=None)

# Per reason: the case, what the intermediary reads of it, what the office reads, and the possible day.
REFUSED: dict[HandoutReason, tuple[HandoutCase, str, str, date | None]] = {
    HandoutReason.TWO_DAYS: (replace(UNKNOWN, two_days=True), "met twee dagen", "Laat de regel staan die klopt", None),
    HandoutReason.UNKNOWN: (UNKNOWN, "Niet uit uw voorraad", "kennen wij niet", None),
    HandoutReason.ALREADY: (
        replace(GOOD, status="handed_out", handed_out_on=date(2025, 10, 1), handed_out_by=1),
        "Al eerder gemeld",
        "op 1 oktober 2025 door Voedselbank Venlo.",
        None,
    ),
    HandoutReason.FUTURE: (
        replace(GOOD, on=date(2025, 10, 17)),
        "17 oktober 2025 moet nog komen. Kies vandaag",
        "moet nog komen",
        date(2025, 10, 16),
    ),
    HandoutReason.BEFORE_PROGRAMME: (
        replace(GOOD, on=date(2024, 12, 31)),
        "begon op 1 januari 2025. Kies die dag of later.",
        "Kijk het jaar na.",
        date(2025, 1, 1),
    ),
    HandoutReason.TOO_LONG_AGO: (
        replace(GOOD, on=date(2025, 9, 30), earliest=date(2025, 10, 1)),
        "30 september 2025 is te lang geleden. Kies een dag vanaf 1 oktober 2025. Was het echt eerder?",
        "voor 1 oktober 2025. Kies bij het bestand waarom dit zo laat komt.",
        date(2025, 10, 1),
    ),
    HandoutReason.VOID: (replace(GOOD, status="void"), "Ongeldig gemaakt", "ongeldig gemaakt", None),
    HandoutReason.NOT_HELD: (replace(GOOD, holder_id=2), "Niet uit uw voorraad", "hoort bij Welzijn Noord.", None),
    HandoutReason.NOT_YET_HELD: (
        replace(GOOD, on=date(2025, 8, 31)),
        "bij u sinds 1 september 2025. Kies die dag of later.",
        "pas op 1 september 2025.",
        date(2025, 9, 1),
    ),
    HandoutReason.EXPIRED: (
        replace(GOOD, today=date(2026, 1, 2), on=date(2026, 1, 1)),
        "geldig tot en met 31 december 2025.",
        "geldig tot en met 31 december 2025.",
        date(2025, 12, 31),
    ),
    HandoutReason.AFTER_MEMBERSHIP: (
        replace(GOOD, status="redeemed", member_since=date(2025, 10, 1)),
        "Het lidmaatschap begon op 1 oktober 2025. Kies die dag of eerder.",
        "was al iemand lid vanaf 1 oktober 2025.",
        date(2025, 10, 1),
    ),
}


def test_a_sentence_about_a_day_names_one_that_no_other_bound_is_against():
    """Too long ago, and the vouchers came even later: nobody is told twice."""
    case = replace(GOOD, on=date(2025, 6, 30), held_since=date(2025, 9, 1), earliest=date(2025, 7, 1))
    ground = first(GROUNDS, case)
    assert ground is not None and ground.day(case) == date(2025, 9, 1)
    assert "vanaf 1 september 2025" in str(ground.says(case))


def test_a_voucher_in_the_own_stock_goes_out():
    assert first(GROUNDS, GOOD) is None
    assert first(GROUNDS, replace(GOOD, status="redeemed")) is None, "the library may be first"
    assert first(GROUNDS, replace(GOOD, status="redeemed", member_since=GOOD.on)) is None, "the day itself"
    assert first(GROUNDS, replace(GOOD, earliest=GOOD.on)) is None, "the day itself"
    for edge in (GOOD.held_since, GOOD.last_day):
        assert first(GROUNDS, replace(GOOD, on=edge, today=date(2026, 1, 1))) is None, "both days included"


@pytest.mark.parametrize("reason", HandoutReason)
def test_every_reason_has_its_case_its_sentences_and_its_day(reason):
    case, party, office, day = REFUSED[reason]
    ground = first(GROUNDS, case)
    assert ground is not None and ground.reason is reason
    assert party in str(ground.says(case)) and office in ground.tells_office(case)
    assert ground.day(case) == day
    assert (ground.worklist, ground.kept) == (Worklist.NONE, False)


def test_a_neighbours_number_reads_as_one_that_is_not_there():
    told = {
        str(ground.says(case))
        for case in (UNKNOWN, replace(GOOD, holder_id=2), replace(GOOD, holder_id=None))
        if (ground := first(GROUNDS, case))
    }
    assert len(told) == 1


STANDS = HandoutUndoCase(stands=True, status="handed_out")
STAYS: dict[HandoutUndoReason, tuple[HandoutUndoCase, str]] = {
    HandoutUndoReason.BOOKS_BUSY: (replace(STANDS, books_busy=True), "Probeer het over een minuut opnieuw."),
    HandoutUndoReason.REVOKED: (replace(STANDS, stands=False), "was al teruggedraaid"),
    HandoutUndoReason.QUARTER_CLOSED: (
        replace(STANDS, closed_in=Quarter(2025, 3)),
        "verrekend in het 3e kwartaal 2025",
    ),
    HandoutUndoReason.REDEEMED: (replace(STANDS, status="redeemed"), "is al iemand lid geworden"),
}


@pytest.mark.parametrize("reason", HandoutUndoReason)
def test_every_reason_why_a_hand_out_stays_has_its_case_and_its_sentence(reason):
    case, words = STAYS[reason]
    ground = first(UNDO_GROUNDS, case)
    assert ground is not None and ground.reason is reason
    assert words in str(ground.says(case))


def test_a_hand_out_that_stands_in_open_books_can_be_taken_back():
    assert first(UNDO_GROUNDS, STANDS) is None
