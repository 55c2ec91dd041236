"""What a seal covers: every table with history, how a row of it falls in a quarter, and what may still happen to it.

A row falls in the first closing at which it was known: by the moment it was recorded, or by its own closing. What is
stamped on it later (a revocation) falls in the closing that first knew the stamp. Issued files fall in the first seal
that found them, by their key: making them takes a while, and one may be finished after a seal.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import Model

from intermediaries.models import Handout
from kbl.discrepancies.models import Answer
from kbl.fund.models import Cost, Evidence, FundEntry
from kbl.organisations.models import AccountChange
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun, Refund
from kbl.second_person.models import PendingChange
from kbl.settlements.models import (
    Closing,
    Correction,
    DisputedNumber,
    Document,
    EInvoice,
    Line,
    OwnNumber,
    SelfBilling,
    Statement,
    StatementStep,
    Tariff,
)
from libraries.models import Enrolment, MembershipEnd, MembershipYear, Refusal
from reporting.models import KeptReport
from vouchers.models import Batch, RevalidationRequest, StockMovement


class By(Enum):
    """How a row falls in a quarter."""

    MOMENT = "moment"
    CLOSING = "closing"
    KEY = "key"


@dataclass(frozen=True)
class Source:
    """A table in the seal. `path` leads to the moment or the closing; a stamp is a moment with what comes with it.

    `left_out` is what follows from other rows (a status), may change by the rules, or has a hash of its own beside it.
    """

    model: type[Model]
    by: By
    path: str = ""
    stamps: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        """Every column that never changes, the key first."""
        stamped = {column for stamp in self.stamps for column in stamp}
        names = [field.attname for field in self.model._meta.concrete_fields]
        return [name for name in names if name not in stamped and name not in self.left_out]


DECIDED = (("decided_at", "decided_by_id", "outcome"),)
REVOKED = (("revoked_at", "revoked_by_id", "revoke_reason"),)
SOURCES = (
    Source(Batch, By.MOMENT, "recorded_at", left_out=("valid_until",)),
    Source(StockMovement, By.MOMENT, "recorded_at"),
    *(
        Source(model, By.MOMENT, "recorded_at", REVOKED)
        for model in (Handout, Enrolment, MembershipYear, MembershipEnd, Answer)
    ),
    Source(Refusal, By.MOMENT, "recorded_at"),
    Source(FundEntry, By.MOMENT, "recorded_at"),
    Source(Cost, By.MOMENT, "recorded_at"),
    Source(Evidence, By.MOMENT, "kept_at", left_out=("content",)),
    Source(AccountChange, By.MOMENT, "asked_at", DECIDED),
    Source(SelfBilling, By.MOMENT, "at", (("ended_at", "ended_on", "ended_by_id"),)),
    Source(Closing, By.CLOSING, "pk"),
    Source(Statement, By.CLOSING, "closing", left_out=("status",)),
    Source(Line, By.CLOSING, "statement__closing"),
    Source(Tariff, By.CLOSING, "lines__statement__closing"),
    Source(KeptReport, By.CLOSING, "closing"),
    Source(StatementStep, By.MOMENT, "at"),
    Source(DisputedNumber, By.MOMENT, "step__at"),
    Source(Correction, By.MOMENT, "at"),
    Source(OwnNumber, By.MOMENT, "at"),
    Source(
        PaymentRun,
        By.MOMENT,
        "prepared_at",
        (
            ("released_at", "released_by_id"),
            ("cancelled_at", "cancelled_by_id"),
            ("executed_at", "executed_by_id"),
        ),
        left_out=("status",),
    ),
    Source(Payment, By.MOMENT, "run__prepared_at", (("ended_at", "ended", "return_code"),)),
    Source(BankFile, By.MOMENT, "imported_at"),
    Source(BankEntry, By.MOMENT, "file__imported_at"),
    Source(Refund, By.MOMENT, "matched_at", (("undone_at", "undone_by_id"),)),
    Source(PendingChange, By.MOMENT, "asked_at", DECIDED),
    Source(RevalidationRequest, By.MOMENT, "asked_at", (("decided_at", "decided_by_id", "agreed"),)),
    Source(Document, By.KEY, left_out=("content",)),
    Source(EInvoice, By.KEY, left_out=("content",)),
    Source(PaymentFile, By.KEY, left_out=("content",)),
)
