"""History is only added to: the database refuses the rest."""

from django.db import migrations

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):
    dependencies = [("settlements", "0001_initial")]

    operations = [
        Guard("Tariff", AppendOnly(deletable=True)),
        Guard("Closing", AppendOnly()),
        Guard("Statement", AppendOnly(free=("status",))),
        Guard("StatementStep", AppendOnly()),
        Guard("Line", AppendOnly()),
        Guard("Correction", AppendOnly()),
        Guard("Document", AppendOnly()),
    ]
