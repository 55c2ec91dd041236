"""What was written, put before a colleague and released stays; the database asks more of a release."""

from django.db import migrations

from kbl.guards import AppendOnly, Guard
from reporting.editions.release_guard import ReleaseGuard


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0011_editions'),
    ]

    operations = [
        Guard("ReportText", AppendOnly()),
        Guard("ReportEdition", AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))),
        Guard("EditionText", AppendOnly()),
        Guard("EditionFile", AppendOnly()),
        ReleaseGuard(),
    ]
