"""Days far back carry a reason. Those that were recorded before this rule get the one that fits, so that they show."""

from django.db import migrations, models
from django.utils.timezone import localdate

from kbl.guards import REVOCABLE, Guard


def give_a_reason(apps, schema_editor) -> None:
    """What was settled in the old books came from there; anything else was simply late."""
    facts = apps.get_model("intermediaries", "Handout").objects.filter(revoked_at__isnull=True)
    for fact in facts.iterator():
        heard = localdate(fact.recorded_at)
        if (heard.year - fact.on.year) * 4 + (heard.month - 1) // 3 - (fact.on.month - 1) // 3 > 1:
            reason = "old_books" if fact.paid_before else "told_late"
            facts.filter(pk=fact.pk).update(late_reason=reason)


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0006_plain_names")]

    operations = [
        migrations.AddField(
            model_name='handout',
            name='late_reason',
            field=models.CharField(blank=True, choices=[('old_books', 'uit de administratie van voor KBL'), ('outage', 'KBL was niet bereikbaar'), ('told_late', 'te laat gemeld door de partij')], db_default='', default='', max_length=9, verbose_name='waarom zo laat'),
        ),
        migrations.RunPython(give_a_reason, migrations.RunPython.noop),
        Guard("Handout", REVOCABLE),
    ]
