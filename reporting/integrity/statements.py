"""Statements: what they add up to, what they carry, how they are numbered, and which steps they took."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from kbl.money import ZERO, percentage
from kbl.organisations.models import ClosedQuarter, Programme
from kbl.payments.runs.runs import SERIES as OF_RUNS
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Line, NumberSeries, Statement, StatementStep
from kbl.settlements.statements.steps import LEGAL
from reporting.integrity.invariants import Violations, invariant, select
from reporting.integrity.requests import SERIES as OF_REQUESTS
from reporting.integrity.series import used_numbers

Status = Statement.Status


@invariant("Een afrekening is de som van haar regels")
def statements_are_the_sum_of_their_lines() -> Violations:
    sums = dict(Line.objects.order_by().values_list("statement").annotate(Sum("net")))
    for pk, net in Statement.objects.order_by().values_list("pk", "net"):
        if net != sums.get(pk, ZERO):
            yield {"statement": pk, "net": net, "lines": sums.get(pk, ZERO)}


@invariant("De btw is per tarief over het geheel berekend")
def vat_is_right() -> Violations:
    due: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    rates = Line.objects.order_by().values_list("statement", "vat_rate").annotate(Sum("net"))
    for statement, rate, net in rates:
        due[statement] += percentage(net, rate)
    for pk, vat in Statement.objects.order_by().values_list("pk", "vat"):
        if vat != due[pk]:
            yield {"statement": pk, "vat": vat, "expected": due[pk]}


@invariant("Een tegoed gaat precies over naar de volgende afrekening van dezelfde partij")
def credits_are_carried() -> Violations:
    carried: dict[tuple[str, int], Decimal] = {}
    for statement in _bare(Statement.objects.order_by("closing__quarter", "pk")):
        party = (statement.kind, statement.organisation_id)
        if statement.carried_in != carried.get(party, ZERO):
            yield {
                "statement": statement.pk,
                "carried_in": statement.carried_in,
                "expected": carried.get(party, ZERO),
            }
        carried[party] = statement.carried_out


@invariant("Een tegoed wacht nooit op een partij zonder volgende afrekening")
def credits_are_not_forgotten() -> Violations:
    """Who has a credit gets a statement in every next closing, also when nothing else is on it."""
    closings = list(Closing.objects.order_by("quarter"))
    following = {one.pk: other.pk for one, other in zip(closings, closings[1:], strict=False)}
    there = set(Statement.objects.values_list("closing", "kind", "organisation"))
    for statement in _bare(Statement.objects.filter(closing__in=following)):
        expected = (following[statement.closing_id], statement.kind, statement.organisation_id)
        if statement.carried_out and expected not in there:
            yield {"statement": statement.pk, "carried_out": statement.carried_out}


def _bare(statements: QuerySet[Statement]) -> Iterator[Statement]:
    """One after another, with the party and the amounts only: a country has many, and each tells of its party."""
    fields = ("closing", "kind", "organisation", "net", "vat", "carried_in")
    return statements.only(*fields).iterator(chunk_size=2000)


@invariant("Een partij heeft per kwartaal hooguit één afrekening van een soort")
def one_statement_per_party() -> Violations:
    return (
        Statement.objects.order_by()
        .values("closing", "organisation", "kind")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )


@invariant("Nummers lopen door zonder gaten, tot aan de teller van hun reeks")
def numbers_have_no_gaps() -> Violations:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for pk, number, quarter in Statement.objects.exclude(number=None).values_list("pk", "number", "closing__quarter"):
        name, _, last = (number or "").rpartition("-")
        if not last.isdigit() or not name.endswith(f"-{quarter.year}"):
            yield {"statement": pk, "number": number, "quarter": quarter}
        else:
            found[name].append(int(last))
    others = Q(name=OF_RUNS) | Q(name__startswith=f"{OF_REQUESTS}-")
    counters = dict(NumberSeries.objects.exclude(others).values_list("name", "last_number"))
    for name in sorted(counters.keys() | found.keys()):
        numbers, expected = sorted(found[name]), used_numbers(name, counters.get(name, 0))
        if numbers != expected:
            yield {"series": name, "counter": counters.get(name), "numbers": _gaps(numbers, expected)}


def _gaps(numbers: list[int], expected: list[int]) -> str:
    """What is missing or too many, in a few words."""
    missing = sorted(set(expected) - set(numbers))
    extra = sorted(number for number, times in Counter(numbers).items() if number not in set(expected) or times > 1)
    return f"missing {missing[:10]}, too many {extra[:10]}"


@invariant("Een afrekening heeft een nummer als er regels op staan, en anders niet")
def only_nil_reports_have_no_number() -> Violations:
    return select("""
        SELECT statement.id AS statement, statement.number, COUNT(line.id) AS lines
        FROM settlements_statement statement LEFT JOIN settlements_line line ON line.statement_id = statement.id
        GROUP BY statement.id, statement.number
        HAVING (statement.number IS NULL) <> (COUNT(line.id) = 0)""")


@invariant("De stand van een afrekening is haar laatste stap, en elke stap mocht")
def steps_are_legal() -> Violations:
    taken: defaultdict[int, list[str]] = defaultdict(list)
    for statement, status in StatementStep.objects.order_by("pk").values_list("statement", "status"):
        taken[statement].append(status)
    for pk, status in Statement.objects.order_by().values_list("pk", "status"):
        steps = [str(Status.DRAFT), *taken[pk]]
        legal = all(later in LEGAL.get(earlier, ()) for earlier, later in zip(steps, steps[1:], strict=False))
        if steps[-1] != status or not legal:
            yield {"statement": pk, "status": status, "steps": " > ".join(steps)}


@invariant("Wie akkoord gaf, keurde niet ook goed")
def four_eyes() -> Violations:
    before: dict[int, tuple[str, int | None]] = {}
    for statement, status, by in StatementStep.objects.order_by("pk").values_list("statement", "status", "by"):
        earlier, agreed_by = before.get(statement, ("", None))
        if status == Status.APPROVED and earlier == Status.CONFIRMED and agreed_by == by:
            yield {"statement": statement, "by": by}
        before[statement] = (status, by)


@invariant("Elke stap kwam na de afsluiting")
def steps_follow_the_closing() -> Violations:
    return select("""
        SELECT step.id AS step, step.statement_id AS statement
        FROM settlements_statementstep step
             JOIN settlements_statement statement ON statement.id = step.statement_id
             JOIN settlements_closing closing ON closing.id = statement.closing_id
        WHERE step.at < closing.closed_at""")


@invariant("Kwartalen zijn op volgorde gesloten, na hun einde, en de boeken weten het")
def quarters_are_closed_in_order() -> Violations:
    closings = list(Closing.objects.order_by("quarter").values_list("quarter", "closed_at"))
    frozen = list(ClosedQuarter.objects.order_by("quarter").values_list("quarter", "closed_at"))
    for quarter, closed_at in set(closings) ^ set(frozen):
        yield {"quarter": quarter, "closed_at": closed_at, "problem": "closing and closed quarter differ"}
    programme = Programme.objects.first()
    expected = Quarter.of(programme.starts_on) if programme else None
    for quarter, closed_at in closings:
        if quarter != expected or not quarter.is_over(closed_at.date()):
            yield {"quarter": quarter, "closed_at": closed_at, "expected": expected}
        expected = quarter.next
