"""Days far back carry a reason. Those that were recorded before this rule get the one that fits, so that they show."""

from django.db import migrations, models
from django.utils.timezone import localdate

from kbl.guards import REVOCABLE, Guard


def give_a_reason(apps, schema_editor) -> None:
    """What was settled in the old books came from there; anything else was simply late."""
    facts = apps.get_model("libraries", "Enrolment").objects.filter(revoked_at__isnull=True)
    for fact in facts.iterator():
        heard = localdate(fact.recorded_at)
        if (heard.year - fact.on.year) * 4 + (heard.month - 1) // 3 - (fact.on.month - 1) // 3 > 1:
            reason = "old_books" if fact.years.filter(paid_before=True).exists() else "told_late"
            facts.filter(pk=fact.pk).update(late_reason=reason)


class Migration(migrations.Migration):
    dependencies = [("libraries", "0007_refusal_reasons")]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='late_reason',
            field=models.CharField(blank=True, choices=[('old_books', 'uit de administratie van voor KBL'), ('outage', 'KBL was niet bereikbaar'), ('told_late', 'te laat gemeld door de partij')], db_default='', default='', max_length=9, verbose_name='waarom zo laat'),
        ),
        migrations.RunPython(give_a_reason, migrations.RunPython.noop),
        Guard("Enrolment", REVOCABLE),
        migrations.AlterField(
            model_name='refusal',
            name='reason',
            field=models.CharField(choices=[('unknown', 'onbekend nummer'), ('future', 'dag die nog moet komen'), ('already_redeemed', 'al ingewisseld'), ('void', 'ongeldig gemaakt'), ('expired', 'verlopen'), ('not_allocated', 'nog niet uitgegeven'), ('not_yet_made', 'bestond nog niet op die dag'), ('before_handout', 'voor de uitreiking'), ('not_yet_held', 'lag die dag nog niet bij de intermediair'), ('too_long_ago', 'te lang geleden'), ('not_started', 'bibliotheek doet nog niet mee'), ('outside_programme', 'buiten de looptijd')], max_length=20, verbose_name='reden'),
        ),
    ]
