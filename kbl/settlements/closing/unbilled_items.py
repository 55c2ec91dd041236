"""What waits to be billed: every fact before a quarter's end that stands and has no line yet, and every correction.

Preview and closing use the same queries, so what is shown is what is frozen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.fields import BigIntegerField, CharField
from django.db.models.functions import Cast

from intermediaries.models import Handout
from kbl.money import euro
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Correction, Line, PartyVat, Statement, Tariff, VatTreatment
from kbl.settlements.statements import breakdown
from kbl.settlements.statements.breakdown import Breakdown, LineSort
from kbl.settlements.tariffs.tariffs import MissingTariff, tariff_id
from libraries.models import Enrolment, MembershipYear, Participation

COLUMNS = ["kind", "organisation_id", "handout_id", "membership_year_id", "corrects_id", "serial", "day", "tariff_id"]
TABLE = "unbilled_items"


def handlings(until: date, at: datetime) -> QuerySet:
    """Hand-outs up to and including `until`, heard of by `at`, by an accredited intermediary, that no line has.

    What was paid before KBL came is not among them: a euro is paid once.
    """
    return (
        Handout.objects.standing()
        .filter(on__lte=until, recorded_at__lte=at, accreditation__isnull=False, paid_before=False)
        .filter(~Exists(Line.objects.filter(handout=OuterRef("pk"), corrects__isnull=True)))
    )


def memberships(until: date, at: datetime) -> QuerySet:
    """Membership years that the fund pays, begun by `until`, heard of by `at`, that no line has.

    Their first day lies in the programme; free-anyway never counts, a conversion when the programme says so, and
    a year that was paid before KBL came is paid.
    """
    programme = Programme.current()
    unpaid = [Enrolment.Kind.FREE_ANYWAY]
    if not programme.conversions_funded:
        unpaid.append(Enrolment.Kind.CONVERSION)
    return (
        MembershipYear.objects.standing()
        .filter(on__lte=min(until, programme.ends_on), on__gte=programme.starts_on, recorded_at__lte=at)
        .filter(paid_before=False)
        .exclude(enrolment__kind__in=unpaid)
        .filter(~Exists(Line.objects.filter(membership_year=OuterRef("pk"), corrects__isnull=True)))
    )


def corrections(at: datetime) -> QuerySet:
    """Corrections asked for by `at` whose opposite line is not there yet."""
    return Correction.objects.filter(at__lte=at).filter(~Exists(Line.objects.filter(corrects=OuterRef("line"))))


def _rows(until: date, at: datetime) -> list[QuerySet]:
    """The three kinds of unbilled items, with the same columns."""
    declaration, invoice = (Value(kind, CharField()) for kind in Statement.Kind.values)
    nothing = Cast(Value(None), BigIntegerField())
    return [
        handlings(until, at)
        .order_by()
        .values_list(
            declaration,
            F("organisation_id"),
            F("pk"),
            nothing,
            nothing,
            F("voucher_id"),
            F("on"),
            tariff_id(Tariff.Kind.HANDLING, day="on", track="accreditation__track"),
        ),
        memberships(until, at)
        .order_by()
        .values_list(
            invoice,
            F("library_id"),
            nothing,
            F("pk"),
            nothing,
            F("enrolment__voucher_id"),
            F("on"),
            tariff_id(Tariff.Kind.MEMBERSHIP, day="on"),
        ),
        corrections(at)
        .order_by()
        .values_list(
            F("line__statement__kind"),
            F("line__statement__organisation_id"),
            F("line__handout_id"),
            F("line__membership_year_id"),
            F("line_id"),
            F("line__serial"),
            F("line__on"),
            F("line__tariff_id"),
        ),
    ]


def gather(quarter: Quarter, at: datetime) -> None:
    """Gather every unbilled item in one table by one query, so that sums and lines come from the same rows.

    It is a temporary table of this connection. Raises MissingTariff.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {TABLE} (kind varchar(11), organisation_id bigint, handout_id bigint,"
            " membership_year_id bigint, corrects_id bigint, serial integer, day date, tariff_id bigint)"
        )
        parts: list[str] = []
        params: list = []
        for rows in _rows(quarter.last_day, at):
            sql, values = rows.query.sql_with_params()
            parts.append(sql)
            params.extend(values)
        cursor.execute(f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) {' UNION ALL '.join(parts)}", params)
        cursor.execute(f"SELECT kind, MIN(day) FROM {TABLE} WHERE tariff_id IS NULL GROUP BY kind")
        if missing := cursor.fetchone():
            kind, day = missing
            tariff = Tariff.Kind.HANDLING if kind == Statement.Kind.DECLARATION else Tariff.Kind.MEMBERSHIP
            raise MissingTariff(tariff, day if isinstance(day, date) else date.fromisoformat(day))


# A line's amount: the tariff's, or the exact opposite of the line that it corrects.
NET = "CASE WHEN item.corrects_id IS NULL THEN tariff.amount ELSE -original.net END"
# How VAT applies on the day by the organisation's own treatment where it has one, else by the tariff's.
BY_ITSELF = "COALESCE(own.vat, tariff.vat)"
# A library is one party, whatever its paper: what it is for its memberships on that day (an entrepreneur or not) it is
# for what it hands out too. What would say otherwise gives way; then nothing is charged. NULL for who is no library.
AS_LIBRARY = "COALESCE(as_library.vat, usual.vat)"
TREATMENT = (
    f"CASE WHEN tariff.kind <> '{Tariff.Kind.HANDLING}' OR {AS_LIBRARY} IS NULL THEN {BY_ITSELF}"
    f" WHEN {AS_LIBRARY} = '{VatTreatment.OUTSIDE}' THEN '{VatTreatment.OUTSIDE}'"
    f" WHEN {BY_ITSELF} = '{VatTreatment.OUTSIDE}' THEN '{VatTreatment.EXEMPT}' ELSE {BY_ITSELF} END"
)
# A line that takes another back has the treatment of that one.
VAT = f"CASE WHEN item.corrects_id IS NULL THEN {TREATMENT} ELSE original.vat END"
VAT_RATE = (
    f"CASE WHEN item.corrects_id IS NOT NULL THEN original.vat_rate ELSE CASE {TREATMENT} "
    + " ".join(f"WHEN '{vat}' THEN {vat.rate}" for vat in VatTreatment)
    + " END END"
)
# Each treatment of an organisation, and each membership tariff, with the day on which a later one takes over: joined,
# so that a million lines cost one scan of these small tables.
OWN_VAT = (
    "(SELECT organisation_id, kind, vat, first_day,"
    " LEAD(first_day) OVER (PARTITION BY organisation_id, kind ORDER BY first_day) AS until"
    f' FROM "{PartyVat._meta.db_table}")'
)
USUAL_VAT = (
    "(SELECT vat, first_day, LEAD(first_day) OVER (ORDER BY first_day) AS until"
    f" FROM \"{Tariff._meta.db_table}\" WHERE kind = '{Tariff.Kind.MEMBERSHIP}')"
)


def _holds(rule: str) -> str:
    """A rule with a first day and a day that ends it holds on the item's day."""
    return f"{rule}.first_day <= item.day AND ({rule}.until IS NULL OR {rule}.until > item.day)"


PRICED = (
    f'{TABLE} item JOIN "{Tariff._meta.db_table}" tariff ON tariff.id = item.tariff_id'
    f" LEFT JOIN {OWN_VAT} own ON own.organisation_id = item.organisation_id AND own.kind = tariff.kind"
    f" AND {_holds('own')}"
    f' LEFT JOIN "{Participation._meta.db_table}" library ON library.library_id = item.organisation_id'
    f" LEFT JOIN {OWN_VAT} as_library ON as_library.organisation_id = library.library_id"
    f" AND as_library.kind = '{Tariff.Kind.MEMBERSHIP}' AND {_holds('as_library')}"
    f" LEFT JOIN {USUAL_VAT} usual ON library.library_id IS NOT NULL AND {_holds('usual')}"
    f' LEFT JOIN "{Line._meta.db_table}" original ON original.id = item.corrects_id'
)


@dataclass(frozen=True)
class VatSum:
    """The items of one party under one VAT treatment: how many lines and corrections, and euros."""

    kind: str
    organisation_id: int
    vat: str
    vat_rate: Decimal
    lines: int
    corrections: int
    net: Decimal


def sums() -> list[VatSum]:
    """The gathered items added up."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT item.kind, item.organisation_id, {VAT} AS vat, {VAT_RATE} AS vat_rate, COUNT(*),"
            f" COUNT(item.corrects_id), SUM({NET}) FROM {PRICED}"
            " GROUP BY item.kind, item.organisation_id, 3, 4 ORDER BY 1, 2, 4, 3"
        )
        return [
            VatSum(kind, organisation, vat, Decimal(rate), lines, corrected, euro(str(net)))
            for kind, organisation, vat, rate, lines, corrected, net in cursor.fetchall()
        ]


def freeze(closing: Closing) -> int:
    """Write the gathered items as lines of this closing's statements; returns how many.

    PostgreSQL is told first how much there is: it takes new tables for small, and then looks at every row fifty times.
    In the order of the facts, so that the indexes on them grow at their end.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'ANALYZE {TABLE}; ANALYZE "{Statement._meta.db_table}" (closing_id, kind, organisation_id)')
        cursor.execute(
            f'INSERT INTO "{Line._meta.db_table}" (statement_id, handout_id, membership_year_id, corrects_id, serial,'
            ' "on", tariff_id, net, vat_rate, vat)'
            " SELECT statement.id, item.handout_id, item.membership_year_id, item.corrects_id, item.serial, item.day,"
            f" item.tariff_id, {NET}, {VAT_RATE}, {VAT} FROM {PRICED}"
            f' JOIN "{Statement._meta.db_table}" statement ON statement.closing_id = %s'
            " AND statement.kind = item.kind AND statement.organisation_id = item.organisation_id"
            " ORDER BY statement.id, item.handout_id, item.membership_year_id, item.corrects_id",
            [closing.pk],
        )
        return cursor.rowcount


def breakdowns(quarter: Quarter, *, at: datetime) -> dict[breakdown.Key, Breakdown]:
    """Per kind and organisation, what the gathered items are."""
    year, enrolment = MembershipYear._meta.db_table, Enrolment._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item.kind, item.organisation_id,"
            f" CASE WHEN item.corrects_id IS NOT NULL THEN '{LineSort.CORRECTION}'"
            f" WHEN item.handout_id IS NOT NULL THEN '{LineSort.HANDLING}'"
            f" WHEN year.ordinal > 1 THEN '{LineSort.RENEWAL}'"
            f" WHEN enrolment.kind = '{Enrolment.Kind.CONVERSION}' THEN '{LineSort.CONVERSION}'"
            f" ELSE '{LineSort.NEW}' END, COUNT(*), SUM({NET}) FROM {PRICED}"
            f' LEFT JOIN "{year}" year ON year.id = item.membership_year_id'
            f' LEFT JOIN "{enrolment}" enrolment ON enrolment.id = year.enrolment_id GROUP BY 1, 2, 3'
        )
        rows = [
            ((kind, party), LineSort(sort), count, euro(str(net)))
            for kind, party, sort, count, net in cursor.fetchall()
        ]
    return breakdown.put_together(rows, breakdown.free_anyway(quarter, at=at))


def clear() -> None:
    """Drop the table of gathered items."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
