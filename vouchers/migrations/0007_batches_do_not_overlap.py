"""Batches do not overlap: no number stands in two of them."""

from django.db import migrations

from kbl.disjoint import Disjoint, KeepDisjoint


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0006_plain_names")]
    operations = [
        KeepDisjoint(
            "Batch",
            Disjoint("batches_do_not_overlap", "first_serial", "last_serial"),
        )
    ]
