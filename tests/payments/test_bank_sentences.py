"""Why a bank file was not read in: each reason has words of its own, and says what to do."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from kbl.payments.bank import sentences
from kbl.payments.bank.importing import AlreadyRead, Busy, FromTheFuture, NotOurs, Stale, TooMuch
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from tests.conftest import at

A_HUNDRED = Decimal("100.00")
FACTS = {"limit": 5, "kind": "pdf", "message": "pain.001", "statement": "A1"}
FACTS |= {"opening": A_HUNDRED, "total": Decimal("-10.00"), "closing": Decimal("91.00")}
TOLD = tomllib.loads(Path(__file__).with_name("what_is_told_of_a_bank_file.toml").read_text(encoding="utf-8"))


def told(reason: str, **facts) -> str:
    return sentences.about_file(BankFileUnreadable(UnreadableReason(reason), **facts)).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_each_reason_is_told():
    assert {each: told(each, **FACTS) for each in TOLD["problems"]} == TOLD["problems"]
    assert {*TOLD["problems"], "wrong_kind", "wrong_message"} == set(UnreadableReason)
    whole = BankFileUnreadable(UnreadableReason.EMPTY)
    assert sentences.about(whole) == sentences.about_file(whole)


def test_each_kind_and_each_message_is_called_by_its_name():
    assert set(TOLD["kinds"]) == set(sentences.KINDS) and set(TOLD["messages"]) == {*sentences.MESSAGES, "camt.086"}
    assert {each: told("wrong_kind", kind=each) for each in TOLD["kinds"]} == TOLD["kinds"]
    assert {each: told("wrong_message", message=each) for each in TOLD["messages"]} == TOLD["messages"]


def test_what_was_read_whole_and_is_not_taken_in():
    named = type("Kept", (SimpleNamespace,), {"__str__": lambda file: "A1"})
    kept = named(imported_at=at(date(2026, 1, 30)), last_day=date(2026, 1, 22), imported_by="Frank")
    assert sentences.about(AlreadyRead(kept)) == (
        "Afschrift A1 tot en met 22 januari 2026 is al ingelezen, op 30 januari 2026 door Frank. Het telt één keer. Er"
        " is niets veranderd."
    )
    assert sentences.about(FromTheFuture(date(2026, 1, 22))) == (
        "Dit afschrift loopt tot en met 22 januari 2026, en die dag is nog niet geweest. Download het afschrift nog"
        " eens bij de bank."
    )
    refused = {"stale": Stale(), "busy": Busy(), "too_much": TooMuch()}
    assert {name: sentences.about(error) for name, error in refused.items()} == TOLD["refused"]
    found = [f"NL00TEST000000000{n}" for n in range(4)]
    other = sentences.about(NotOurs(found, ["NL91ABNA0417164300", "NL02ABNA0123456789"]))
    assert other == (
        "Dit afschrift is van rekening …0000 en …0001 en …0002, en KBL betaalt van NL91ABNA0417164300 en"
        " NL02ABNA0123456789. Kies bij de bank het afschrift van die rekening. Er is niets veranderd."
    )
    assert sentences.about(NotOurs(found, [])) == (
        "Van Cubiss zelf is nog geen rekening bekend. Vul die eerst in bij Beheer, Organisaties."
    )
