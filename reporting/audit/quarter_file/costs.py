"""The costs of a quarter's days, and the documents that prove them."""

from collections.abc import Iterator

from django.db.models import Q

from kbl.fund.models import Cost, Evidence, FundEntry
from kbl.settlements.models import Closing
from kbl.spreadsheets import Cell
from reporting.audit.quarter_file.tables import BookTable, moment

ENDS = {Evidence.Kind.PDF: "pdf", Evidence.Kind.PNG: "png", Evidence.Kind.JPEG: "jpg"}


def evidence_name(evidence: Evidence) -> str:
    """Its name in the ZIP: by number, because what somebody called it may be anything."""
    return f"{evidence.pk:05d}.{ENDS[Evidence.Kind(evidence.media_type)]}"


def evidence_of(closing: Closing) -> set[int]:
    """The documents that prove the costs of a quarter's days."""
    rows = [model._default_manager.filter(_of_days(closing), evidence__isnull=False) for model in (Cost, FundEntry)]
    return {pk for each in rows for pk in each.values_list("evidence", flat=True)}


def _of_days(closing: Closing) -> Q:
    return Q(on__range=(closing.quarter.first_day, closing.quarter.last_day))


def _rows(closing: Closing) -> Iterator[list[Cell]]:
    """Those of the other posts, and the fund's own beside its statements."""
    others = Cost.objects.filter(_of_days(closing)).select_related("line", "evidence", "recorded_by")
    for cost in others.defer("evidence__content").order_by("pk"):
        yield [str(cost.line), "", cost.amount, *_told(cost)]
    own = Q(kind=FundEntry.Kind.OTHER_COST) | Q(reverses__kind=FundEntry.Kind.OTHER_COST)
    entries = FundEntry.objects.filter(_of_days(closing), own).select_related("evidence", "recorded_by")
    for entry in entries.defer("evidence__content").order_by("pk"):
        yield ["lidmaatschapsfonds", entry.pk, -entry.amount, *_told(entry)]


def _told(row: Cost | FundEntry) -> list[Cell]:
    proof = row.evidence
    return [
        row.on,
        row.description,
        row.supplier,
        row.reference,
        evidence_name(proof) if proof else "",
        proof.sha256 if proof else "",
        moment(row.recorded_at),
        str(row.recorded_by),
    ]


TABLE = BookTable(
    "kosten",
    "post|boeking op het fonds id|bedrag|dag|omschrijving|leverancier|kenmerk|bewijsstuk|sha256 van het bewijsstuk"
    "|geboekt op|geboekt door",
    "Kosten waarvan de dag in dit kwartaal ligt, met hun bewijsstuk.",
    _rows,
)
