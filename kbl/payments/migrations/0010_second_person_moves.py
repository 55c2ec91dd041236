"""What waits for a second person has a room of its own, below all that ask: its tables go there."""

from django.db import migrations

from kbl.guards import AppendOnly, Unguard


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0009_pending_changes'),
    ]

    operations = [
        Unguard("PendingChange", AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable('pendingchange', 'second_person_pendingchange'),
                migrations.AlterModelTable('officemail', 'second_person_officemail'),
            ],
            state_operations=[
                migrations.DeleteModel('OfficeMail'),
                migrations.DeleteModel('PendingChange'),
            ],
        ),
    ]
