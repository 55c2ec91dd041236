"""History is only added to: the database refuses the rest."""

from django.db import migrations

from kbl.guards import AppendOnly, Guard, REVOCABLE


class Migration(migrations.Migration):
    dependencies = [("libraries", "0001_initial")]

    operations = [
        Guard("Enrolment", REVOCABLE),
        Guard("MembershipYear", REVOCABLE),
        Guard("MembershipEnd", REVOCABLE),
        Guard("Refusal", AppendOnly()),
    ]
