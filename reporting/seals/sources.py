"""What a seal covers: every table with history, how a row of it falls in a quarter, and what may still happen to it.

A row falls in the first closing at which it was known: by the moment it was recorded, or by its own closing. What is
stamped on it later (a revocation) falls in the closing that first knew the stamp. Issued files fall in the first seal
that found them, by their key: making them takes a while, and one may be finished after a seal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.db.models import Model

from intermediaries.counting.models import Difference, Settlement
from intermediaries.kinds.models import RecordedKind
from intermediaries.models import Handout
from intermediaries.orders.models import Order, OrderMovement, OrderStep
from intermediaries.service_areas.models import ServiceArea
from intermediaries.stock_levels.models import StockLevel
from kbl.discrepancies.models import Answer, SignalSeen
from kbl.fund.models import Cost, Evidence, FundEntry, LedgerAccount
from kbl.organisations.models import AccountChange, ClosedQuarter, NumberGap, ReadinessStep
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
from reporting.models import (
    Agreement,
    CampaignActivity,
    ClearedText,
    EditionFile,
    EditionPart,
    EditionText,
    KeptDrawings,
    KeptInterim,
    KeptReport,
    LibraryUse,
    PaymentRequest,
    QuarterMessage,
    ReachMeasurement,
    ReportEdition,
    ReportText,
    RiskNote,
    Story,
)
from vouchers.models import Batch, ExpectedReturn, RevalidationRequest, StockMovement, Voucher
from vouchers.paper.models import ListTaken


class By(Enum):
    """How a row falls in a quarter."""

    MOMENT = "moment"
    CLOSING = "closing"
    QUARTER = "quarter"
    KEY = "key"


@dataclass(frozen=True)
class Source:
    """A table in the seal. `path` leads to the moment or the closing; a stamp is a moment with what comes with it.

    `left_out` is what follows from other rows (a status), may change by the rules, or has a hash of its own beside it.
    Rows that a closing makes have other keys when an attempt before it was killed, or after a restore. So their seal
    does not say those: `names` is what a row is known by instead, `through` the same of the rows that it points at. For
    the same reason it is the next seal that says the hour at which a file was made (`told_later`); until then a hash
    beside the seal does, outside its digest.
    """

    model: type[Model]
    by: By
    path: str = ""
    stamps: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    names: tuple[str, ...] = ("pk",)
    through: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told_later: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def has_key(self) -> bool:
        """Whether the seal says the keys of its rows."""
        return self.names == ("pk",)

    @property
    def columns(self) -> list[str]:
        """Every column that never changes, the key first."""
        without = {column for stamp in self.stamps for column in stamp} | {*self.left_out, *self.told_later}
        if not self.has_key:
            without.add(self.model._meta.pk.attname)
        names = [each.attname for each in self.model._meta.concrete_fields]
        return [name for name in names if name not in without]

    def paths(self, columns: Iterable[str]) -> list[str]:
        """Where the values of columns are read: their own, or what names the row that they point at."""
        return [path for column in columns for path in self.through.get(column, (column,))]


REVOKED = (("revoked_at", "revoked_by_id", "revoke_reason"),)
DECIDED = (("decided_at", "decided_by_id", "outcome"),)
QUARTER = {"closing_id": ("closing__quarter",)}
OF_STATEMENT = ("statement__closing__quarter", "statement__kind", "statement__organisation_id")

OF_VOUCHERS = (
    Source(Batch, By.MOMENT, "recorded_at", left_out=("valid_until",)),
    Source(
        Voucher,
        By.MOMENT,
        "batch__recorded_at",
        left_out=("holder_id", "held_since", "status", "extended_until"),
    ),
    Source(StockMovement, By.MOMENT, "recorded_at"),
    Source(ExpectedReturn, By.MOMENT, "recorded_at", (("closed_at", "closed_by_id"),)),
    Source(RevalidationRequest, By.MOMENT, "asked_at", (("decided_at", "decided_by_id", "agreed"),)),
    Source(ListTaken, By.MOMENT, "taken_at"),
    Source(Order, By.MOMENT, "ordered_at", left_out=("status", "count")),
    Source(OrderStep, By.MOMENT, "at"),
    Source(OrderMovement, By.MOMENT, "movement__recorded_at"),
    Source(StockLevel, By.MOMENT, "at"),
    Source(ServiceArea, By.MOMENT, "recorded_at"),
    Source(RecordedKind, By.MOMENT, "recorded_at"),
    Source(Difference, By.MOMENT, "recorded_at", left_out=("left",)),
    Source(Settlement, By.MOMENT, "at"),
)
OF_FACTS = (
    *(
        Source(model, By.MOMENT, "recorded_at", REVOKED)
        for model in (Handout, Enrolment, MembershipYear, MembershipEnd, Answer, ReadinessStep)
    ),
    Source(Refusal, By.MOMENT, "recorded_at"),
    Source(SignalSeen, By.MOMENT, "at"),
    Source(ClearedText, By.MOMENT, "cleared_at"),
)
OF_THE_MONITOR = (
    *(
        Source(model, By.MOMENT, "recorded_at", REVOKED)
        for model in (RiskNote, ReachMeasurement, CampaignActivity, Agreement, LibraryUse)
    ),
    Source(Story, By.MOMENT, "recorded_at", REVOKED, left_out=("title", "text")),
    Source(QuarterMessage, By.MOMENT, "sent_at"),
)
OF_MONEY = (
    Source(FundEntry, By.MOMENT, "recorded_at"),
    Source(Cost, By.MOMENT, "recorded_at"),
    Source(Evidence, By.MOMENT, "kept_at", left_out=("content",)),
    Source(LedgerAccount, By.MOMENT, "set_at"),
    Source(AccountChange, By.MOMENT, "asked_at", DECIDED),
    Source(PendingChange, By.MOMENT, "asked_at", DECIDED),
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
    Source(PaymentFile, By.KEY, left_out=("content",)),
    Source(BankFile, By.MOMENT, "imported_at"),
    Source(BankEntry, By.MOMENT, "file__imported_at"),
    Source(Refund, By.MOMENT, "matched_at", (("undone_at", "undone_by_id"),)),
    Source(
        PaymentRequest,
        By.MOMENT,
        "asked_at",
        (("decided_at", "decided_by_id", "outcome", "instalment_id"),),
        left_out=("content",),
    ),
)
OF_CLOSINGS = (
    Source(Closing, By.CLOSING, "pk", names=("quarter",)),
    Source(ClosedQuarter, By.QUARTER, "quarter", names=("quarter",)),
    Source(NumberGap, By.MOMENT, "at"),
    Source(
        Statement,
        By.CLOSING,
        "closing",
        left_out=("status",),
        names=("closing__quarter", "kind", "organisation_id"),
        through=QUARTER,
    ),
    Source(
        Line, By.CLOSING, "statement__closing", names=(*OF_STATEMENT, "serial"), through={"statement_id": OF_STATEMENT}
    ),
    Source(Tariff, By.CLOSING, "lines__statement__closing"),
    Source(SelfBilling, By.MOMENT, "at", (("ended_at", "ended_on", "ended_by_id"),)),
    Source(StatementStep, By.MOMENT, "at"),
    Source(DisputedNumber, By.MOMENT, "step__at"),
    Source(Correction, By.MOMENT, "at"),
    Source(OwnNumber, By.MOMENT, "at"),
    Source(KeptReport, By.CLOSING, "closing", names=("closing__quarter",), through=QUARTER),
    Source(KeptDrawings, By.KEY, names=("closing__quarter",), through=QUARTER),
    Source(ReportText, By.KEY, through=QUARTER),
    Source(ReportEdition, By.KEY, stamps=DECIDED, left_out=("content",), through=QUARTER),
    Source(EditionText, By.KEY),
    Source(EditionFile, By.KEY, left_out=("content",)),
    Source(EditionPart, By.KEY, left_out=("content",)),
    Source(
        KeptInterim,
        By.KEY,
        stamps=(("released_at", "released_by_id"), ("drawn_at", "pdf", "csv")),
        left_out=("content",),
    ),
    Source(
        Document,
        By.KEY,
        told_later=("made_at",),
        left_out=("content",),
        names=("filename",),
        through=QUARTER | {"statement_id": OF_STATEMENT},
    ),
    Source(
        EInvoice,
        By.KEY,
        told_later=("made_at",),
        left_out=("content",),
        names=("filename",),
        through={"statement_id": OF_STATEMENT},
    ),
)
SOURCES = (*OF_VOUCHERS, *OF_FACTS, *OF_THE_MONITOR, *OF_MONEY, *OF_CLOSINGS)
