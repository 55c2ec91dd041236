"""An edition says which targets are behind, and the database releases none without its explanation; the two pages of a
library or municipality are kept.
"""

import json

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard, Unguard
from reporting.editions.release_guard import ReleaseGuard, ReleaseUnguard

EDITION = AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))


def missed_in(content: bytes) -> str:
    """The letters of the targets that are behind in what was kept; none in a report of before targets were in it."""
    kept = dict(json.loads(content)["of"])
    behind = dict(kept["shown"]["of"]).get("missed", {"of": []})
    return "".join(behind["of"])


def say_what_is_behind(apps, schema_editor) -> None:
    """What was put before a colleague before an edition said it."""
    Edition, Kept = (apps.get_model("reporting", name) for name in ("ReportEdition", "KeptReport"))
    of_closing = {each.closing_id: missed_in(bytes(each.content)) for each in Kept.objects.all()}
    for edition in Edition.objects.filter(before_releases=False, closing__in=of_closing):
        Edition.objects.filter(pk=edition.pk).update(missed=of_closing[edition.closing_id])


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0020_signs_of_the_plans_risks'),
    ]

    operations = [
        ReleaseUnguard(),
        Unguard("ReportEdition", EDITION),
        migrations.AddField(
            model_name='reportedition',
            name='missed',
            field=models.CharField(blank=True, db_default='', max_length=5, verbose_name='doelen die achter zijn'),
        ),
        migrations.RunPython(say_what_is_behind, migrations.RunPython.noop),
        migrations.CreateModel(
            name='EditionPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('library', 'Bibliotheek'), ('municipality', 'Gemeente')], max_length=12, verbose_name='over een')),
                ('key', models.PositiveBigIntegerField(verbose_name='sleutel van wie het gaat')),
                ('filename', models.CharField(max_length=80, verbose_name='bestand')),
                ('content', models.BinaryField(verbose_name='inhoud')),
                ('sha256', models.CharField(max_length=64, verbose_name='controlesom')),
                ('made_at', models.DateTimeField(verbose_name='gemaakt op')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='reporting.reportedition', verbose_name='uitgave')),
            ],
            options={
                'verbose_name': 'deel van een uitgave',
                'verbose_name_plural': 'delen van uitgaven',
                'ordering': ['edition', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'about', 'key'), name='part_of_an_edition_once'), models.CheckConstraint(condition=models.Q(('about__in', ['library', 'municipality'])), name='part_is_about_a_library_or_municipality')],
            },
        ),
        Guard("EditionPart", AppendOnly()),
        Guard("ReportEdition", EDITION),
        ReleaseGuard(explained=True),
    ]
