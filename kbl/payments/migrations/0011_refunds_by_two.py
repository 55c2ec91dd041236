"""The database refuses money back that is matched or loosened by one, and a first account that one fills in."""

from django.db import migrations

from kbl.payments.accounts.account_guard import AccountGuard
from kbl.second_person.needs_two import BEGINNING, NeedsTwo, Rule

REFUND = Rule(
    name="refund_needs_two",
    table="payments_refund",
    event="INSERT",
    kinds=("refund",),
    same=(("entry", "NEW.entry_id"),),
    also="<statement> = (SELECT CAST(p.statement_id AS TEXT) FROM payments_payment p WHERE p.id = NEW.payment_id)",
)
REFUND_UNDONE = Rule(
    name="refund_goes_by_two",
    table="payments_refund",
    event="UPDATE",
    when="OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL",
    kinds=("refund_undone",),
    same=(("refund", "NEW.id"),),
)


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0010_second_person_moves'),
        ('second_person', '0003_the_database_asks'),
    ]

    operations = [AccountGuard(BEGINNING), NeedsTwo(REFUND), NeedsTwo(REFUND_UNDONE)]
