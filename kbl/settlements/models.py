"""The models of the settlements, each written in its own room; here Django finds them, and so does who reads them."""

from kbl.settlements.closing.models import Closing, ClosingWindow
from kbl.settlements.documents.models import Document, EInvoice, FailedDocument
from kbl.settlements.statements.line_models import Correction, Line
from kbl.settlements.statements.models import (
    DisputedNumber,
    Notice,
    NumberSeries,
    OwnNumber,
    Reminder,
    SelfBilling,
    Statement,
    StatementStep,
)
from kbl.settlements.tariffs.models import PartyVat, Tariff, VatTreatment

__all__ = [
    "Closing",
    "ClosingWindow",
    "Correction",
    "DisputedNumber",
    "Document",
    "EInvoice",
    "Line",
    "Notice",
    "NumberSeries",
    "OwnNumber",
    "PartyVat",
    "Reminder",
    "SelfBilling",
    "Statement",
    "StatementStep",
    "Tariff",
    "FailedDocument",
    "VatTreatment",
]
