"""What came of the statements: all but the last quarter's are paid; of those a third waits, a third is approved."""

import hashlib
from datetime import timedelta

from django.db import connection
from django.db.models import Sum

from bench.national.calendar import CLOSED, closes, noon
from kbl.accounts.models import Assignment, User
from kbl.fund.models import FundEntry, Instalment
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun
from kbl.payments.runs import pain
from kbl.payments.runs.runs import SERIES
from kbl.settlements.models import Closing, Document, NumberSeries, Statement, StatementStep
from reporting.seals import sealing
from tests import released_report

STATEMENTS, STEPS, DRAWS = (each._meta.db_table for each in (Statement, StatementStep, FundEntry))
PAYMENTS, ENTRIES, DOCUMENTS = (each._meta.db_table for each in (Payment, BankEntry, Document))
IBAN = "NL91ABNA0417164300"
# Somebody of the party agreed; nobody was silent, as nobody was reminded.
CONFIRMER = (
    f'(SELECT MIN(who.user_id) FROM "{Assignment._meta.db_table}" who'
    f' WHERE who.organisation_id = "{STATEMENTS}".organisation_id)'
)


def make(closing: Closing) -> None:
    """Steps, draws, the payment run, what the bank said, and papers: as they were when the next quarter was closed."""
    finance = User.objects.get(email="frank@voorbeeld.example")
    other = User.objects.get(email="carla@voorbeeld.example")
    last = closing.quarter == CLOSED[-1]
    with connection.cursor() as cursor:
        _approved(cursor, closing, finance, third=last)
        _papers(cursor, closing)
        if not last:
            _paid(cursor, closing, CLOSED.index(closing.quarter) + 1, finance, other)


def release_reports() -> None:
    """The coordinator writes and asks, finance releases: every quarter's report; and every quarter has its seal."""
    finance = User.objects.get(email="frank@voorbeeld.example")
    other = User.objects.get(email="carla@voorbeeld.example")
    for each in Closing.objects.order_by("quarter"):
        sealing.seal(each, at=each.closed_at + timedelta(hours=1))
        released_report.released(each, other, finance)


def _approved(cursor, closing: Closing, by: User, *, third: bool) -> None:
    which = f"closing_id = {closing.pk} AND number IS NOT NULL"
    steps = ("confirmed", "approved") if third else ("confirmed", "approved", "in_payment", "paid")
    some = f"{which} AND mod(id, 3) > 0" if third else which
    for days, status in enumerate(steps):
        of = f"{which} AND mod(id, 3) = 2" if third and status == "approved" else some
        cursor.execute(
            f'INSERT INTO "{STEPS}" (statement_id, status, reason, at, by_id)'
            f" SELECT id, '{status}', '', %s, {CONFIRMER if status == 'confirmed' else by.pk} FROM \"{STATEMENTS}\""
            f" WHERE {of} ORDER BY id",
            [closing.closed_at + timedelta(days=3 + days)],
        )
        cursor.execute(f"UPDATE \"{STATEMENTS}\" SET status = '{status}' WHERE {of}")
    drawn = f"{which} AND mod(id, 3) = 2" if third else which
    cursor.execute(
        f'INSERT INTO "{DRAWS}" (kind, amount, "on", description, reference, supplier, recorded_at, recorded_by_id)'
        f" SELECT 'draw', -net, %s, 'Afrekening ' || number, 'statement:' || id, '', %s, {by.pk} FROM \"{STATEMENTS}\""
        f" WHERE {drawn} AND net <> 0 ORDER BY id",
        [(closing.closed_at + timedelta(days=4)).date(), closing.closed_at + timedelta(days=4)],
    )


def _papers(cursor, closing: Closing) -> None:
    cursor.execute(
        f'INSERT INTO "{DOCUMENTS}" (kind, closing_id, statement_id, filename, content, sha256, made_at,'
        " books_digest, seal)"
        f" SELECT 'statement', closing_id, id, 'afrekening-' || id || '.pdf', '%%PDF'::bytea,"
        f" encode(sha256('%%PDF'::bytea), 'hex'), %s, '', '' FROM \"{STATEMENTS}\" WHERE closing_id = {closing.pk}",
        [closing.closed_at],
    )


def _paid(cursor, closing: Closing, number: int, finance: User, other: User) -> None:
    when = closing.closed_at + timedelta(days=5)
    NumberSeries.objects.update_or_create(name=SERIES, defaults={"last_number": number})
    run = PaymentRun.objects.create(
        number=number,
        execute_on=when.date(),
        debtor={"name": "Cubiss", "iban": IBAN},
        status="executed",
        prepared_at=when,
        prepared_by=finance,
        released_at=when,
        released_by=other,
        executed_at=when,
        executed_by=finance,
    )
    cursor.execute(
        f'INSERT INTO "{PAYMENTS}" (run_id, statement_id, amount, payee, iban, end_to_end_id, ended, return_code)'
        f" SELECT {run.pk}, id, net + vat + carried_in, particulars ->> 'name', '{IBAN}', number || '-1', '', ''"
        f' FROM "{STATEMENTS}" WHERE closing_id = {closing.pk} AND net + vat + carried_in > 0 ORDER BY id'
    )
    content = pain.make(
        run, list(run.payments.select_related("statement__closing", "statement__own_number").order_by("pk"))
    )
    PaymentFile.objects.create(
        run=run,
        filename=f"run-{number}.xml",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=when,
    )
    read = BankFile.objects.create(
        iban=IBAN,
        statement_id=f"{number}",
        first_day=when.date(),
        last_day=when.date(),
        opening=run.payments.aggregate(asked=Sum("amount"))["asked"] or 0,
        closing=0,
        sha256="9" * 64,
        digest=f"{number:064}",
        imported_at=when,
        imported_by=finance,
    )
    cursor.execute(
        f'INSERT INTO "{ENTRIES}" (file_id, position, "on", amount, reference, payment_id, outcome, return_code)'
        f" SELECT {read.pk}, row_number() OVER (ORDER BY id), %s, -amount, 'ref-' || id, id, 'paid', ''"
        f' FROM "{PAYMENTS}" WHERE run_id = {run.pk} ORDER BY id',
        [when.date()],
    )


def paid_in() -> None:
    """What the province paid, before the first quarter was closed: its report tells of it."""
    by = User.objects.get(email="frank@voorbeeld.example")
    first, at = Instalment.objects.order_by("due_on").first(), closes(CLOSED[0])
    if first is None:
        first = Instalment.objects.create(description="Termijn", due_on=at.date(), amount=100_000_000)
    FundEntry.objects.create(
        kind="instalment",
        amount=100_000_000,
        on=first.due_on,
        description=first.description,
        reference=f"instalment:{first.pk}",
        instalment=first,
        recorded_at=noon(first.due_on),
        recorded_by=by,
    )
