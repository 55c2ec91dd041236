"""Nobody looks for the beginning of a statement's number or of a paper's name (docs/performance.md)."""

from django.db import migrations

UNUSED = ["settlements_document_filename_2824d514_like", "settlements_statement_number_4466dad0_like", "settlements_einvoice_filename_7bec9235_like"]


def drop(apps, schema_editor) -> None:
    """Django makes these beside the index of a unique text, for `LIKE 'x%'`; PostgreSQL only."""
    if schema_editor.connection.vendor == "postgresql":
        for name in UNUSED:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("settlements", "0009_tariffs_by_two")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
