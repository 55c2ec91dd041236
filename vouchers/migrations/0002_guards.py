"""History is only added to: the database refuses the rest."""

from django.db import migrations

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_initial")]

    operations = [
        Guard("Batch", AppendOnly(free=("valid_until",))),
        Guard("StockMovement", AppendOnly()),
    ]
