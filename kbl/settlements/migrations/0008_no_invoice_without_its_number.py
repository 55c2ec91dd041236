"""The database refuses a document, an approval or silence for a statement that is no invoice yet."""

from django.db import migrations

from kbl.settlements.statements.invoice_guard import InvoiceGuard


class Migration(migrations.Migration):
    dependencies = [("settlements", "0007_seals")]
    operations = [InvoiceGuard()]
