"""What happened to the money, as double entries for Cubiss' own bookkeeping. Euros; no side is ever negative.

| kind | when | debit | credit |
|---|---|---|---|
| receipt | the province paid an instalment | bank | received subsidy |
| statement | Cubiss approved it | fees or handling per VAT treatment, VAT | the party, as creditor |
| cost | entered by hand, with its document | the cost's account | where it is really paid from |
| payment | the bank's statement shows it | the party | bank |
| refund | money back, matched by hand | bank | the party |

What is taken back, a credit and a returned payment stand the other way round. So a party's account is what it still
gets, and the account of the subsidy less the costs is the balance of the fund.

An entry lies in the period in which it was written down here (`booked_on`), whatever the day of its document (`on`):
what is written down later lies in a later period. So the same period, once it is over, gives the same entries for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Min, Q, Sum

from kbl.clock import end_of, local_day
from kbl.fund.accounts import Accounts, Role, role_of_post
from kbl.fund.models import Cost, FundEntry
from kbl.money import ZERO, percentage
from kbl.organisations.models import Organisation, Programme
from kbl.payments.models import BankEntry, Refund
from kbl.settlements.models import Line, Statement, StatementStep, VatTreatment

VAT_CODES: dict[str, str] = {
    VatTreatment.EXEMPT: "VRIJ",
    VatTreatment.OUTSIDE: "GEEN",
    VatTreatment.LOW: "LAAG",
    VatTreatment.HIGH: "HOOG",
}
SEEN = (
    BankEntry.Outcome.PAID,
    BankEntry.Outcome.DIFFERENT,
    BankEntry.Outcome.TWICE,
    BankEntry.Outcome.RETURNED,
)


@dataclass(frozen=True)
class Posting:
    """One side of an entry: exactly one of debit and credit is more than nothing."""

    role: str
    account: str
    debit: Decimal
    credit: Decimal
    vat_code: str = ""

    @property
    def name(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True)
class JournalEntry:
    """One event with both sides. `voucher` is its own mark, equal in every export; `document` is the invoice number."""

    voucher: str
    kind: str
    booked_on: date
    on: date
    document: str
    description: str
    party: str
    party_code: str
    reference: str
    postings: tuple[Posting, ...]

    @property
    def debit(self) -> Decimal:
        return sum((each.debit for each in self.postings), ZERO)

    @property
    def credit(self) -> Decimal:
        return sum((each.credit for each in self.postings), ZERO)

    @property
    def balances(self) -> bool:
        return self.debit == self.credit


@dataclass(frozen=True)
class JournalPeriod:
    """From a first up to and including a last day, by the day on which something was written down."""

    first: date
    last: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The last instant before it, and its own last instant."""
        return end_of(date.fromordinal(self.first.toordinal() - 1)), end_of(self.last)


def entries(period: JournalPeriod) -> list[JournalEntry]:
    """Every entry of a period, in the order in which it was written down."""
    writer = _Writer(period)
    found = [*writer.of_fund(), *writer.statements(), *writer.costs(), *writer.payments(), *writer.refunds()]
    return sorted((each for each in found if each.postings), key=lambda each: (each.booked_on, _sorted_by(each)))


def totals(found: Iterable[JournalEntry]) -> list[Posting]:
    """Per account the sum of both sides."""
    sums: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for entry in found:
        for each in entry.postings:
            sums[each.account, each.role][0] += each.debit
            sums[each.account, each.role][1] += each.credit
    return [Posting(role, account, debit, credit) for (account, role), (debit, credit) in sorted(sums.items())]


def _sorted_by(entry: JournalEntry) -> tuple[str, int]:
    series, _, number = entry.voucher.partition("-")
    return series, int(number)


class _Writer:
    """Reads a period's events and writes both sides of each, under the accounts of the day."""

    def __init__(self, period: JournalPeriod) -> None:
        self.after, self.until = period.instants
        self.accounts = Accounts()
        programme = Programme.objects.filter(pk=1).first()  # the books of an empty installation are looked at too
        self.commissioner = programme.commissioner if programme else ""

    def _posting(self, role: str, amount: Decimal, on: date, vat_code: str = "") -> Posting:
        """A positive amount is debit, a negative one credit."""
        return Posting(role, self.accounts.code(role, on), max(amount, ZERO), max(-amount, ZERO), vat_code)

    def _pair(self, debit: str, credit: str, amount: Decimal, on: date) -> tuple[Posting, ...]:
        """Both sides; nothing when one of them is not in these books."""
        pair = (self._posting(debit, amount, on), self._posting(credit, -amount, on))
        return pair if amount and all(each.account for each in pair) else ()

    def of_fund(self) -> Iterator[JournalEntry]:
        """Receipts, other costs of the fund, and what was taken back of both. Draws come with their statement."""
        rows = FundEntry.objects.filter(recorded_at__gt=self.after, recorded_at__lte=self.until)
        for entry in rows.exclude(kind=FundEntry.Kind.DRAW).select_related("reverses", "instalment").order_by("pk"):
            first = entry.reverses or entry
            booked_on = local_day(entry.recorded_at)
            if first.kind == FundEntry.Kind.INSTALMENT:
                kind, party = "ontvangst", self.commissioner
                postings = self._pair(Role.BANK, Role.SUBSIDY, entry.amount, booked_on)
            else:
                kind, party = "kosten", first.supplier
                postings = self._pair(Role.OTHER, Role.OUTSIDE, -entry.amount, booked_on)
            yield JournalEntry(
                f"F-{entry.pk}",
                kind,
                booked_on,
                entry.on,
                _document(first.reference),
                entry.description,
                party,
                "",
                entry.reference,
                postings,
            )

    def costs(self) -> Iterator[JournalEntry]:
        """Costs of the other posts, and what was taken back of them."""
        rows = Cost.objects.filter(recorded_at__gt=self.after, recorded_at__lte=self.until)
        for cost in rows.select_related("line", "reverses").order_by("pk"):
            booked_on = local_day(cost.recorded_at)
            yield JournalEntry(
                f"K-{cost.pk}",
                "kosten",
                booked_on,
                cost.on,
                _document((cost.reverses or cost).reference),
                cost.description,
                cost.supplier,
                "",
                cost.reference,
                self._pair(role_of_post(cost.line.post), Role.OUTSIDE, cost.amount, booked_on),
            )

    def statements(self) -> Iterator[JournalEntry]:
        """Approved statements: the first time that one was approved, whatever its payment did later."""
        first = StatementStep.objects.filter(status=Statement.Status.APPROVED).order_by().values("statement")
        approved = dict(
            first.annotate(first=Min("at"))
            .filter(first__gt=self.after, first__lte=self.until)
            .values_list("statement", "first")
        )
        sums: defaultdict[int, list[tuple[str, Decimal, Decimal]]] = defaultdict(list)
        lines = Line.objects.filter(statement__in=approved).order_by("statement", "vat_rate", "vat")
        for pk, vat, rate, net in lines.values_list("statement", "vat", "vat_rate").annotate(net=Sum("net")):
            sums[pk].append((vat, rate, net))
        found = Statement.objects.filter(pk__in=approved).select_related("organisation", "closing", "own_number")
        for statement in found.order_by("pk"):
            booked_on = local_day(approved[statement.pk])
            yield JournalEntry(
                f"A-{statement.pk}",
                statement.get_kind_display(),
                booked_on,
                statement.dated,
                statement.invoice_number or "",
                f"{statement.get_kind_display().capitalize()} {statement.closing.quarter.label}",
                *_party(statement.organisation),
                statement.number or "",
                tuple(self._sides(statement, sums[statement.pk], booked_on)),
            )

    def _sides(self, statement: Statement, sums: list[tuple[str, Decimal, Decimal]], on: date) -> Iterator[Posting]:
        """Net per VAT treatment, VAT per rate over the rate's whole sum (as the closing rounds it), and the party."""
        role = Role.FEES if statement.kind == Statement.Kind.INVOICE else Role.HANDLING
        by_rate: defaultdict[tuple[Decimal, str], Decimal] = defaultdict(lambda: ZERO)
        for vat, rate, net in sums:
            code = VAT_CODES.get(vat, "")
            by_rate[rate, code] += net
            if net:
                yield self._posting(role, net, on, code)
        for (rate, code), net in by_rate.items():
            if rate and (vat_amount := percentage(net, rate)):
                yield self._posting(Role.VAT, vat_amount, on, code)
        if statement.total:
            yield self._posting(Role.CREDITORS, -statement.total, on)

    def payments(self) -> Iterator[JournalEntry]:
        """What the bank's statements show of our payments: carried out, come back, or for another amount."""
        read = Q(file__imported_at__gt=self.after, file__imported_at__lte=self.until)
        rows = BankEntry.objects.filter(read, outcome__in=SEEN, payment__isnull=False).select_related(
            "file", "payment__statement__organisation", "payment__statement__own_number"
        )
        for seen in rows.order_by("pk"):
            assert seen.payment is not None  # the database's own rule for these outcomes
            statement = seen.payment.statement
            booked_on = local_day(seen.file.imported_at)
            yield JournalEntry(
                f"B-{seen.pk}",
                "betaling" if seen.amount < 0 else "retour",
                booked_on,
                seen.on,
                statement.invoice_number or "",
                f"{seen.get_outcome_display().capitalize()}, afschrift {seen.file.statement_id}",
                *_party(statement.organisation),
                seen.payment.end_to_end_id,
                self._pair(Role.CREDITORS, Role.BANK, -seen.amount, booked_on),
            )

    def refunds(self) -> Iterator[JournalEntry]:
        """Money back that was matched by hand, in the period in which that was done; and in which it was undone."""
        made = Q(matched_at__gt=self.after, matched_at__lte=self.until)
        undone = Q(undone_at__gt=self.after, undone_at__lte=self.until)
        rows = Refund.objects.filter(made | undone).select_related(
            "entry__file", "payment__statement__organisation", "payment__statement__own_number"
        )
        for refund in rows.order_by("pk"):
            for series, moment, amount in (
                ("T", refund.matched_at, refund.entry.amount),
                ("U", refund.undone_at, -refund.entry.amount),
            ):
                if moment and self.after < moment <= self.until:
                    yield self._refund(f"{series}-{refund.pk}", refund, local_day(moment), amount)

    def _refund(self, voucher: str, refund: Refund, booked_on: date, amount: Decimal) -> JournalEntry:
        statement = refund.payment.statement
        words = "Teruggestort" if amount > 0 else "Toch niet teruggestort"
        return JournalEntry(
            voucher,
            "retour",
            booked_on,
            refund.entry.on,
            statement.invoice_number or "",
            f"{words}, afschrift {refund.entry.file.statement_id}",
            *_party(statement.organisation),
            refund.payment.end_to_end_id,
            self._pair(Role.BANK, Role.CREDITORS, amount, booked_on),
        )


def _party(organisation: Organisation) -> tuple[str, str]:
    return organisation.name, organisation.slug


def _document(reference: str) -> str:
    """The number of an invoice as it was typed, without what makes it ours; an instalment has none."""
    kind, _, rest = reference.partition(":")
    return rest.split(":")[0] if kind == "cost" else ""
