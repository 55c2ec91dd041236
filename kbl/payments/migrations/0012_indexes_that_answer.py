"""Nobody looks for the beginning of a payment's reference (docs/performance.md)."""

from django.db import migrations

UNUSED = ["payments_payment_end_to_end_id_ab31d1b9_like", "payments_paymentfile_filename_2ef50439_like"]


def drop(apps, schema_editor) -> None:
    """Django makes these beside the index of a unique text, for `LIKE 'x%'`; PostgreSQL only."""
    if schema_editor.connection.vendor == "postgresql":
        for name in UNUSED:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_refunds_by_two")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
