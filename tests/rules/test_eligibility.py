"""A table of reasons: one row for each, asked in order, and complete or the programme does not start."""

from dataclasses import dataclass, replace
from enum import StrEnum

import pytest

from kbl.eligibility import Advice, Ground, IncompleteTable, Worklist, first, table


class Reason(StrEnum):
    CLOSED = "closed"
    FULL = "full"


@dataclass(frozen=True)
class Room:
    open: bool = True
    free: int = 1


CLOSED: Ground[Room] = Ground(
    reason=Reason.CLOSED,
    holds=lambda room: not room.open,
    says=lambda room: Advice("De zaal is dicht", "Kom morgen terug."),
    next_step="",
    worklist=Worklist.NONE,
    kept=False,
)
FULL: Ground[Room] = Ground(
    reason=Reason.FULL,
    holds=lambda room: not room.free,
    says=lambda room: Advice("De zaal is vol", "Kies een andere."),
    office=lambda room: "Vol.",
    next_step="Zoek een grotere zaal.",
    worklist=Worklist.REFUSED_OFFERS,
    kept=True,
)


def test_the_first_row_that_holds_is_told():
    grounds = table(Reason, [CLOSED, FULL])
    assert first(grounds, Room()) is None
    assert first(grounds, Room(free=0)) is FULL
    assert first(grounds, Room(open=False, free=0)) is CLOSED


def test_an_office_reads_its_own_sentence_where_there_is_one():
    assert CLOSED.tells_office(Room()) == "De zaal is dicht. Kom morgen terug."
    assert FULL.tells_office(Room()) == "Vol."


@pytest.mark.parametrize("rows", [[CLOSED], [CLOSED, FULL, FULL], []])
def test_a_table_has_one_row_for_every_reason(rows):
    with pytest.raises(IncompleteTable):
        table(Reason, rows)


def test_a_row_of_another_act_does_not_belong():
    class Other(StrEnum):
        NOISE = "noise"

    with pytest.raises(IncompleteTable, match="noise"):
        table(Reason, [CLOSED, FULL, replace(FULL, reason=Other.NOISE)])


def test_what_is_on_a_worklist_is_kept():
    with pytest.raises(IncompleteTable, match="worklist"):
        table(Reason, [CLOSED, replace(FULL, kept=False)])
