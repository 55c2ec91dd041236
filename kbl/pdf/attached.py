"""What goes into a document besides its template, and what a document may not ask for."""

from dataclasses import dataclass


class PaperRefused(Exception):
    """A document asked for something that is not packaged with the programme or drawn for it."""


@dataclass(frozen=True)
class Attached:
    """A file inside a document: the e-invoice in the invoice, which says the same in another form (`Alternative`), or
    what the paper leaves out because nobody would turn so many pages (`Supplement`)."""

    filename: str
    content: bytes
    description: str
    relationship: str = "Alternative"
