"""Reading a bank file in: all of it or nothing, once; with a preview first, which saves nothing.

The preview is the import itself, taken back: what it shows is what will happen. The file is kept nowhere. Between
looking and saying yes the page carries our own names, amounts and days, signed, for an hour and for this person.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db import IntegrityError, OperationalError, connection, transaction

from kbl.clock import local_day
from kbl.organisations.cubiss import only_cubiss
from kbl.payments.bank import matching
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail, PassedOver
from kbl.payments.models import BankEntry, BankFile, PaymentRun
from kbl.settlements.models import Statement

SALT = "kbl.payments.bank"
GOOD_FOR = timedelta(hours=1)
LARGEST = 2_300_000  # beside the other fields of the form it stays below DATA_UPLOAD_MAX_MEMORY_SIZE
LOCK = 0x4B424C42  # "KBLB": bank files are read in one at a time
LOCK_NOT_AVAILABLE = "55P03"


class NotOurs(Exception):
    """Every statement in the file is of another account than `own`: nothing of it is read."""

    def __init__(self, found: Sequence[str], own: Sequence[str]) -> None:
        super().__init__(f"{len(found)} other accounts")
        self.found, self.own = tuple(found), tuple(own)


class AlreadyRead(Exception):
    """Every statement in the file was read before; `file` is the last of them."""

    def __init__(self, file: BankFile) -> None:
        super().__init__(str(file))
        self.file = file


class FromTheFuture(Exception):
    """A statement of a day that is still to come."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day.isoformat())
        self.last_day = last_day


class Stale(Exception):
    """What the page carries is too old, somebody else's, or was changed."""


class TooMuch(Exception):
    """The bookings do not fit in a page: a shorter period is to be asked of the bank."""


class Busy(Exception):
    """Another file is being read in at this moment."""


@dataclass(frozen=True)
class ReadIn:
    """One statement that was read in, with a row per booking."""

    file: BankFile
    rows: list[BankEntry]

    def of(self, *outcomes: str) -> list[BankEntry]:
        """The rows with one of these outcomes."""
        return [row for row in self.rows if row.outcome in outcomes]


@dataclass(frozen=True)
class Result:
    """What came of a file: what was read, and which statements were left out.

    `before` were read earlier, `others` are of another account, `currencies` are those of our own that is no euro's.
    """

    read: list[ReadIn] = field(default_factory=list)
    before: list[BankFile] = field(default_factory=list)
    others: int = 0
    currencies: list[str] = field(default_factory=list)


def own_accounts() -> list[str]:
    """The accounts that Cubiss pays or paid from."""
    now = only_cubiss().exclude(iban="").values_list("iban", flat=True)
    before = {str(debtor.get("iban", "")) for debtor in PaymentRun.objects.values_list("debtor", flat=True)}
    return list(dict.fromkeys([*now, *sorted(before - {""})]))


def preview(statements: Sequence[BankStatement | PassedOver], *, sha256: str, by, at: datetime) -> Result:
    """What reading them in would do; nothing stays of it. Raises what `read_in` raises."""
    with _alone(), transaction.atomic():
        result = _read_in(statements, sha256=sha256, by=by, at=at)
        transaction.set_rollback(True)
    return result


def read_in(statements: Sequence[BankStatement | PassedOver], *, sha256: str, by, at: datetime) -> Result:
    """Read statements in and match them, in one transaction. Raises NotOurs, AlreadyRead, FromTheFuture, Busy."""
    with _alone(), transaction.atomic():
        return _read_in(statements, sha256=sha256, by=by, at=at)


@contextmanager
def _alone():
    """Of two at once the second waits, and finds that it was read; one that would wait too long is told so."""
    try:
        yield
    except (OperationalError, IntegrityError) as error:
        if isinstance(error, IntegrityError) and "bank_statement_read_once" not in str(error):
            raise
        if isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Busy from error


def _read_in(statements: Sequence[BankStatement | PassedOver], *, sha256: str, by, at: datetime) -> Result:
    if connection.vendor == "postgresql":  # SQLite's writing transactions are alone already
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    own = own_accounts()
    ours, result = _chosen(statements, own)
    if (last := max(each.last_day for each in ours)) > local_day(at):
        raise FromTheFuture(last)
    for statement in ours:
        known = matching.our_payments(statement, lock=True)
        told = known.only_ours(statement)
        if earlier := _earlier(told):
            result.before.append(earlier)
        else:
            result.read.append(_one(told, known, sha256=sha256, by=by, at=at))
    if not result.read:
        raise AlreadyRead(result.before[-1])
    return result


def _chosen(statements: Sequence[BankStatement | PassedOver], own: Sequence[str]) -> tuple[list[BankStatement], Result]:
    """The statements that are ours, and what is left out; only ours has to be whole.

    Raises NotOurs, and BankFileUnreadable for one of our own that could not be read.
    """
    ours = [each for each in statements if isinstance(each, BankStatement) and each.iban in own]
    bad = [each for each in statements if isinstance(each, PassedOver) and each.iban in own]
    foreign = [each.currency for each in bad if each.currency != "EUR"]
    if wrong := next((each for each in bad if each.currency == "EUR" or not ours), None):
        raise wrong.error
    if not ours:
        raise NotOurs(sorted({each.iban for each in statements if each.iban}), own)
    others = len(statements) - len(ours) - len(foreign)
    return ours, Result(others=others, currencies=sorted(set(foreign)))


def _earlier(statement: BankStatement) -> BankFile | None:
    """The same statement, when it was read before: the same in all that we read of it, not only in its name."""
    same = BankFile.objects.filter(iban=statement.iban, digest=statement.digest)
    return same.select_related("imported_by").first()


def _one(statement: BankStatement, ours: matching.OurPayments, *, sha256: str, by, at: datetime) -> ReadIn:
    """One statement with its bookings, what they mean, and what that does to our payments."""
    file = BankFile.objects.create(
        iban=statement.iban,
        statement_id=statement.id,
        first_day=statement.first_day,
        last_day=statement.last_day,
        opening=statement.opening,
        closing=statement.closing,
        digest=statement.digest,
        sha256=sha256,
        imported_at=at,
        imported_by=by,
    )
    rows = BankEntry.objects.bulk_create(matching.match(statement, file, ours))
    seen = [row.payment for row in rows if row.payment is not None]
    matching.execute([row.payment for row in rows if row.payment is not None and row.amount < 0], by=by, at=at)
    touched = Statement.objects.filter(pk__in={payment.statement_id for payment in seen})
    for each in touched.order_by("pk"):
        matching.settle(each, by=by, at=at)
    return ReadIn(file, rows)


def carry(statements: Sequence[BankStatement | PassedOver], *, sha256: str, by) -> str:
    """The statements as the page carries them, with nobody else's names in them. Raises TooMuch."""
    own = own_accounts()
    ours = [each for each in statements if isinstance(each, BankStatement) and each.iban in own]
    plain = [_plain(matching.our_payments(each).only_ours(each)) for each in ours]
    carried = signing.dumps([by.pk, sha256, plain], salt=SALT, compress=True)
    if len(carried) > LARGEST:
        raise TooMuch
    return carried


def unpack(carried: str, *, by) -> tuple[list[BankStatement], str]:
    """The statements that a page carried, and the hash of their file. Raises Stale."""
    try:
        owner, sha256, plain = signing.loads(carried, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise Stale from error
    if owner != by.pk:
        raise Stale
    return [_statement(each) for each in plain], sha256


def _plain(statement: BankStatement) -> list[Any]:
    entries = [
        [
            entry.on.isoformat(),
            str(entry.amount),
            entry.reference,
            [[str(each.amount), each.end_to_end_id, each.reference, each.reason] for each in entry.details],
            entry.batch_ids,
            entry.batch_count,
            entry.is_batch,
        ]
        for entry in statement.entries
    ]
    days = [statement.first_day.isoformat(), statement.last_day.isoformat()]
    return [statement.iban, statement.id, *days, str(statement.opening), str(statement.closing), entries]


def _statement(plain: list[Any]) -> BankStatement:
    iban, name, first, last, opening, closing, entries = plain
    return BankStatement(
        iban,
        name,
        date.fromisoformat(first),
        date.fromisoformat(last),
        Decimal(opening),
        Decimal(closing),
        tuple(
            Booking(
                on=date.fromisoformat(on),
                amount=Decimal(amount),
                reference=reference,
                details=tuple(BookingDetail(Decimal(part), *rest) for part, *rest in details),
                batch_ids=tuple(ids),
                batch_count=count,
                is_batch=is_batch,
            )
            for on, amount, reference, details, ids, count, is_batch in entries
        ),
    )
