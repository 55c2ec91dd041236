"""Why a bank file was not read in: each reason has words of its own, and says what to do."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kbl.payments.bank import sentences
from kbl.payments.bank.importing import AlreadyRead, Busy, FromTheFuture, NotOurs, Stale, TooMuch
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from tests.conftest import at

A_HUNDRED = Decimal("100.00")
FACTS = {"limit": 5, "kind": "pdf", "message": "pain.001", "statement": "A1"}
FACTS |= {"opening": A_HUNDRED, "total": Decimal("-10.00"), "closing": Decimal("91.00")}
WORDS = {
    "empty": "is leeg",
    "too_large": "hooguit 5 MB",
    "wrong_kind": "Dit is een PDF.",
    "no_xml": "geen XML-bestand",
    "trick": "niet in een afschrift hoort",
    "busy": "over een minuut",
    "too_much": "te veel tijd",
    "wrong_message": "betaalbestand (pain.001)",
    "incomplete": "ontbreekt iets",
    "no_balance": "In afschrift A1 staat geen begin- of eindsaldo",
    "does_not_add_up": "zijn € 90,00, maar het eindsaldo is € 91,00",
    "currency": "niet in euro’s",
    "damaged": "is beschadigd",
}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("reason", UnreadableReason)
def test_each_reason_is_told(reason):
    error = BankFileUnreadable(reason, **FACTS)
    assert WORDS[reason] in plain(sentences.about_file(error)) and sentences.about(error) == sentences.about_file(error)


KINDS = {"archive": "zip", "pdf": "PDF", "picture": "plaatje", "page": "webpagina", "office": "Excel", "mt940": "MT940"}
MESSAGES = ("pain.001", "pain.002", "camt.052", "camt.054")


def test_each_kind_and_each_message_is_called_by_its_name():
    for kind, word in KINDS.items():
        assert word in sentences.about_file(BankFileUnreadable(UnreadableReason.WRONG_KIND, kind=kind))
    for message in MESSAGES:
        assert f"({message})" in sentences.about_file(
            BankFileUnreadable(UnreadableReason.WRONG_MESSAGE, message=message)
        )
    other = sentences.about_file(BankFileUnreadable(UnreadableReason.WRONG_MESSAGE, message="camt.086"))
    assert other.startswith("Dit is geen bankafschrift. Kies bij uw bank")


def test_what_was_read_whole_and_is_not_taken_in():
    named = type("Kept", (SimpleNamespace,), {"__str__": lambda file: "A1"})
    kept = named(imported_at=at(date(2026, 1, 30)), last_day=date(2026, 1, 22), imported_by="Frank")
    told = sentences.about(AlreadyRead(kept))
    assert told.startswith("Afschrift A1 tot en met 22 januari 2026 is al ingelezen, op 30 januari 2026 door Frank.")
    assert "22 januari 2026, en die dag is nog niet geweest" in sentences.about(FromTheFuture(date(2026, 1, 22)))
    assert sentences.about(Stale()) == sentences.STALE and sentences.about(Busy()) == sentences.BUSY
    assert (
        sentences.about(TooMuch()) == sentences.TOO_MUCH
        and len({sentences.STALE, sentences.BUSY, sentences.TOO_MUCH}) == 3
    )
    found = [f"NL00TEST000000000{n}" for n in range(4)]
    other = sentences.about(NotOurs(found, ["NL91ABNA0417164300", "NL02ABNA0123456789"]))
    assert "van rekening …0000 en …0001 en …0002, en KBL betaalt van NL91ABNA0417164300 en NL02ABNA0123456789." in other
    assert sentences.about(NotOurs(found, [])).startswith("Van Cubiss zelf is nog geen rekening bekend")
