"""The readers that may read apart, by name: where they are, and what they raise for a file that cannot be read."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Reader:
    """`place` is `module:function` of bytes; `refusal` `module:Exception`, made of a reason and its facts.

    `too_much` is the reason (a value of the refusal's own set) for a file that takes more than its budget.
    """

    place: str
    refusal: str
    too_much: str

    def __call__(self, content: bytes) -> Any:
        """Read here. Raises the refusal."""
        return found(self.place)(content)

    def refused(self, reason: str, facts: dict[str, Any]) -> Exception:
        """The refusal of a reader in another process, as its own."""
        made = found(self.refusal)
        kind = made.Reason if hasattr(made, "Reason") else made.__init__.__annotations__["reason"]
        return made(kind(reason), **facts)


def found(place: str) -> Any:
    """What `module:name` names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


SHEETS = "kbl.spreadsheets.unreadable:UnreadableFile"
BANK = "kbl.payments.bank.unreadable:BankFileUnreadable"
PAPERS = "kbl.fund.evidence_refused:EvidenceRefused"
READERS = {
    "spreadsheet": Reader("kbl.spreadsheets.reading:read", SHEETS, "bomb"),
    "bank": Reader("kbl.payments.bank.camt_parser:read", BANK, "too_much"),
    "pdf": Reader("kbl.fund.evidence_content:look_into_pdf", PAPERS, "bomb"),
}
