"""What must hold after every step, worked out from all rows in plain Python: a second opinion beside `check_books`."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db import connection

from intermediaries.models import Handout
from kbl.fund.models import FundEntry
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Correction, Line, Statement
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from vouchers.models import Batch, StockMovement, Voucher

ADDED = [Batch, StockMovement, Handout, Enrolment, MembershipYear, MembershipEnd, Closing, Line, Correction, FundEntry]
REVOCABLE = [Handout, Enrolment, MembershipYear, MembershipEnd]
CHANGING = [
    (Voucher, ("serial", "status", "holder_id", "held_since", "extended_until")),
    (Statement, ("id", "status")),
]


def fingerprint() -> tuple:
    """Everything that a refusal must leave alone, in one query: facts are only added or revoked, statuses change."""
    parts = [f'(SELECT COUNT(*) FROM "{model._meta.db_table}")' for model in ADDED]
    parts += [f'(SELECT COUNT(revoked_at) FROM "{model._meta.db_table}")' for model in REVOCABLE]
    together = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    for model, columns in (
        (Voucher, ("serial", "status", "holder_id", "held_since", "extended_until")),
        (Statement, ("id", "status")),
    ):
        text = " || ' ' || ".join(f"COALESCE(CAST({column} AS varchar), '-')" for column in columns)
        rows = f'SELECT {text} AS line FROM "{model._meta.db_table}" ORDER BY {columns[0]}'
        parts.append(f"(SELECT {together}(line, ';') FROM ({rows}) ordered)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        return cursor.fetchone()


def assert_books() -> None:
    """All of it."""
    vouchers = {voucher.pk: voucher for voucher in Voucher.objects.select_related("batch")}
    handouts = list(Handout.objects.select_related("accreditation"))
    enrolments = {each.pk: each for each in Enrolment.objects.all()}
    years = list(MembershipYear.objects.all())
    assert_statuses(vouchers, handouts, enrolments, list(StockMovement.objects.order_by("pk")))
    assert_years(enrolments, years)
    closings = {each.pk: each for each in Closing.objects.all()}
    lines = list(Line.objects.select_related("statement"))
    assert_billing(closings, lines, handouts, years, enrolments)
    assert_statements(closings, lines)


def assert_statuses(vouchers, handouts, enrolments, movements) -> None:
    """A voucher's status and holder follow from the facts; one standing fact of a kind."""
    handed_out = [each.voucher_id for each in handouts if each.stands]
    redeemed = [each.voucher_id for each in enrolments.values() if each.stands]
    assert len(handed_out) == len(set(handed_out)), "two standing hand-outs"
    assert len(redeemed) == len(set(redeemed)), "two standing enrolments"
    holder: dict[int, int | None] = {}
    lasts: dict[int, date] = {}
    void = set()
    for movement in movements:
        for serial in movement.range:
            match movement.kind:
                case "void":
                    void.add(serial)
                case "revive":
                    void.remove(serial)
                case "extend":
                    lasts[serial] = movement.valid_until
                case _:
                    holder[serial] = movement.to_holder_id
    for serial, voucher in vouchers.items():
        assert serial in voucher.batch.range
        assert voucher.holder_id == holder.get(serial), "the holder is the last one it went to"
        assert voucher.extended_until == lasts.get(serial), "it lasts as long as was said last"
        assert voucher.valid_until >= voucher.batch.valid_until, "validity only becomes longer"
        if serial in redeemed:
            expected = "redeemed"
        elif serial in void:
            expected = "void"
        elif serial in handed_out:
            expected = "handed_out"
        else:
            expected = "allocated" if voucher.holder_id else "in_stock"
        assert voucher.status == expected, f"{serial} is {voucher.status}, the facts say {expected}"


def assert_years(enrolments, years) -> None:
    """Standing years belong to standing enrolments, count on from one, and follow each other by a year."""
    standing = defaultdict(list)
    for year in years:
        if year.stands:
            standing[year.enrolment_id].append(year)
    for pk, enrolment in enrolments.items():
        mine = sorted(standing.get(pk, []), key=lambda year: year.ordinal)
        assert bool(mine) == enrolment.stands, "years and enrolment stand and fall together"
        assert [year.ordinal for year in mine] == list(range(1, len(mine) + 1)), "ordinals without gaps, once"
        if mine:
            assert mine[0].on == enrolment.on
        for one, after in zip(mine, mine[1:], strict=False):
            assert (after.on.year, after.on.month) == (one.on.year + 1, one.on.month), "a year after the one before"


def worth(line_kind: str, on, track: int | None = None) -> Decimal:
    """The tariffs of this world, written down a second time."""
    if line_kind == "membership":
        return Decimal(42) if on.year == 2025 else Decimal(45)
    return Decimal(5) if track == 3 and (on.year, on.month) >= (2026, 4) else Decimal(4)


def assert_billing(closings, lines, handouts, years, enrolments) -> None:
    """Every billable fact of closed books is on exactly one line of the right amount; nothing else is."""
    positive: dict[tuple, list[Line]] = defaultdict(list)
    opposite: dict[int, Line] = {}
    for line in lines:
        if line.corrects_id:
            assert line.corrects_id not in opposite, "corrected twice"
            opposite[line.corrects_id] = line
        else:
            positive["h" if line.handout_id else "y", line.handout_id or line.membership_year_id].append(line)
    asked = dict(Correction.objects.values_list("line_id", "at"))
    corrected = set(asked)
    for line, at in asked.items():
        assert line in opposite or all(c.closed_at < at for c in closings.values()), "a correction that never came"
    billable = [("h", each, "handling", each.accreditation and each.accreditation.track) for each in handouts]
    billable += [("y", each, "membership", None) for each in years]
    for key, fact, kind, track in billable:
        mine = positive.get((key, fact.pk), [])
        assert len(mine) <= 1, "billed twice"
        if key == "h":
            counts = fact.accreditation_id is not None
        else:
            counts = enrolments[fact.enrolment_id].kind != "free_anyway"
        if not counts:
            assert not mine, "billed though it earns nothing"
            continue
        frozen = any(fact.on <= c.quarter.last_day and fact.recorded_at <= c.closed_at for c in closings.values())
        if fact.stands:
            assert bool(mine) == frozen, "in closed books without a line, or billed before"
        for line in mine:
            assert line.on == fact.on and line.net == worth(kind, fact.on, track), "a line agrees with its fact"
            assert fact.on <= closings[line.statement.closing_id].quarter.last_day, "billed before its quarter closed"
            assert fact.stands or line.pk in corrected, "billed, revoked, and no correction"
            assert not fact.stands or line.pk not in corrected, "corrected, and it still stands"
    by_pk = {line.pk: line for line in lines}
    for original, line in opposite.items():
        was = by_pk[original]
        assert original in corrected
        assert (line.net, line.vat_rate, line.on) == (-was.net, was.vat_rate, was.on), "the exact opposite"
        assert closings[line.statement.closing_id].quarter > closings[was.statement.closing_id].quarter
        assert line.statement.organisation_id == was.statement.organisation_id


def assert_statements(closings, lines) -> None:
    """Statements add up, credits are carried on, numbers have no gaps, and the fund paid what was approved."""
    of_statement: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        of_statement[line.statement_id].append(line)
    statements = sorted(Statement.objects.all(), key=lambda each: closings[each.closing_id].quarter)
    credit: dict[tuple, Decimal] = defaultdict(Decimal)
    numbers: dict[str, list[int]] = defaultdict(list)
    for statement in statements:
        mine = of_statement[statement.pk]
        party = statement.kind, statement.organisation_id
        assert statement.net == sum((line.net for line in mine), Decimal(0)), "lines add up"
        assert statement.vat == sum((line.net * line.vat_rate / 100 for line in mine), Decimal(0))
        assert bool(mine) == (statement.number is not None), "a nil report has no number"
        assert statement.carried_in == credit[party], "a credit is carried on, once"
        assert statement.payable >= 0 >= statement.carried_out
        assert statement.payable + statement.carried_out == statement.total + statement.carried_in
        credit[party] = statement.carried_out
        if statement.number:
            series, number = statement.number.rsplit("-", 1)
            numbers[series].append(int(number))
    for series, used in numbers.items():
        assert sorted(used) == list(range(1, len(used) + 1)), f"{series} has a gap"
    draws = {entry.reference: -entry.amount for entry in FundEntry.objects.filter(kind="draw")}
    expected = {f"statement:{each.pk}": each.net for each in statements if each.status == "approved" and each.net}
    assert draws == expected, "the fund pays what is approved"
    quarters = sorted(closing.quarter for closing in closings.values())
    assert all(one.next == after for one, after in zip(quarters, quarters[1:], strict=False))
    assert not quarters or quarters[0] == Quarter(2025, 3)
