"""Why a bank file is not read: a reason and its facts. The Dutch sentences stand in sentences.py."""

from enum import StrEnum
from typing import Any


class UnreadableReason(StrEnum):
    """What is the matter with a whole file."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_KIND = "wrong_kind"
    NO_XML = "no_xml"
    TRICK = "trick"
    TOO_MUCH = "too_much"
    BUSY = "busy"
    WRONG_MESSAGE = "wrong_message"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    NO_BALANCE = "no_balance"
    DOES_NOT_ADD_UP = "does_not_add_up"
    CURRENCY = "currency"


class BankFileUnreadable(Exception):
    """The file cannot be read; `facts` are what a sentence about it needs."""

    def __init__(self, reason: UnreadableReason, **facts: Any) -> None:
        super().__init__(f"{reason} {facts or ''}".strip())
        self.reason, self.facts = reason, facts
