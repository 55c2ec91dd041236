"""A series of reminders is called so; its guards are written again under the new names."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from kbl.guards import AppendOnly, Guard, Unguard

SERIES = AppendOnly(stamped_once=("over_on",))
REMINDER = AppendOnly(free=("recipient", "state", "claimed_at", "sent_at", "attempts"))


class Migration(migrations.Migration):
    dependencies = [("discrepancies", "0001_answers")]

    operations = [
        Unguard("Reminder", REMINDER),
        Unguard("Chase", SERIES),
        migrations.RemoveConstraint("chase", "one_chase_at_a_time"),
        migrations.RemoveConstraint("chase", "chase_ends_after_it_began"),
        migrations.RemoveConstraint("reminder", "one_reminder_a_level"),
        migrations.RenameModel("Chase", "ReminderSeries"),
        migrations.RenameField("reminder", "chase", "series"),
        migrations.AlterField(
            "reminderseries",
            "organisation",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminder_series",
                to="organisations.organisation",
                verbose_name="organisatie",
            ),
        ),
        migrations.AddConstraint(
            "reminder", models.UniqueConstraint(name="one_reminder_a_level", fields=["series", "level"])
        ),
        migrations.AddConstraint(
            "reminderseries",
            models.UniqueConstraint(
                name="one_series_at_a_time", fields=["organisation"], condition=Q(over_on__isnull=True)
            ),
        ),
        migrations.AddConstraint(
            "reminderseries",
            models.CheckConstraint(
                name="series_ends_after_it_began", condition=Q(over_on__isnull=True) | Q(over_on__gte=F("on"))
            ),
        ),
        Guard("ReminderSeries", SERIES),
        Guard("Reminder", REMINDER),
    ]
