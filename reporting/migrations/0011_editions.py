"""Editions of a report: texts, what was put before a colleague, and its files.

A report that the province read before reports were released stays where it read it: its first version.
"""

import hashlib
import json

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models



def keep_what_was_read(apps, schema_editor) -> None:
    """Every report that was issued is its quarter's first version, with the file as it was."""
    Document = apps.get_model("settlements", "Document")
    Edition, File = (apps.get_model("reporting", name) for name in ("ReportEdition", "EditionFile"))
    for pk in Document.objects.filter(kind="report").values_list("pk", flat=True):
        issued = Document.objects.select_related("closing").get(pk=pk)
        nothing = {"is": "map", "of": []}
        said = {"is": "map", "of": [["version", 1], ["texts", nothing], ["kept", ""], ["changes", ""], ["stories", {"is": "list", "of": []}]]}
        content = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        edition = Edition.objects.create(
            closing=issued.closing,
            version=1,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            asked_at=issued.made_at,
            asked_by=issued.closing.closed_by,
            before_releases=True,
            decided_at=issued.made_at,
            outcome="released",
        )
        File.objects.create(
            edition=edition,
            form="pdf",
            filename=issued.filename,
            content=issued.content,
            sha256=issued.sha256,
            made_at=issued.made_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0010_monitor'),
        ('settlements', '0009_tariffs_by_two'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='versie')),
                ('changes', models.CharField(blank=True, max_length=600, verbose_name='wat er anders is')),
                ('content', models.BinaryField(verbose_name='inhoud')),
                ('sha256', models.CharField(max_length=64, verbose_name='controlesom')),
                ('asked_at', models.DateTimeField(verbose_name='voorgelegd op')),
                ('before_releases', models.BooleanField(default=False, verbose_name='van voor het vrijgeven')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='besloten op')),
                ('outcome', models.CharField(blank=True, choices=[('released', 'vrijgegeven'), ('refused', 'teruggegeven'), ('withdrawn', 'ingetrokken')], max_length=9, verbose_name='besluit')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='voorgelegd door')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_editions', to='settlements.closing', verbose_name='afsluiting')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='besloten door')),
            ],
            options={
                'verbose_name': 'uitgave van een rapportage',
                'verbose_name_plural': 'uitgaven van rapportages',
                'ordering': ['closing__quarter', 'version', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EditionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('pdf', 'PDF'), ('xlsx', 'Excel'), ('csv', 'CSV')], max_length=4, verbose_name='vorm')),
                ('filename', models.CharField(max_length=80, verbose_name='bestand')),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64, verbose_name='controlesom')),
                ('made_at', models.DateTimeField(verbose_name='gemaakt op')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='reporting.reportedition', verbose_name='uitgave')),
            ],
            options={
                'verbose_name': 'bestand van een uitgave',
                'verbose_name_plural': 'bestanden van uitgaven',
                'ordering': ['edition', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(choices=[('summary', 'In het kort'), ('why_a', 'Doel A: toelichting'), ('do_a', 'Doel A: wat wij doen'), ('why_b', 'Doel B: toelichting'), ('do_b', 'Doel B: wat wij doen'), ('why_c', 'Doel C: toelichting'), ('do_c', 'Doel C: wat wij doen'), ('why_d', 'Doel D: toelichting'), ('do_d', 'Doel D: wat wij doen'), ('why_e', 'Doel E: toelichting'), ('do_e', 'Doel E: wat wij doen'), ('fund', 'Het lidmaatschapsfonds'), ('places', 'Gemeenten en bibliotheken'), ('risks', 'Risico’s')], max_length=8, verbose_name='plaats')),
                ('text', models.CharField(blank=True, max_length=1500, verbose_name='tekst')),
                ('written_at', models.DateTimeField(verbose_name='geschreven op')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_texts', to='settlements.closing', verbose_name='afsluiting')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='geschreven door')),
            ],
            options={
                'verbose_name': 'tekst in een rapportage',
                'verbose_name_plural': 'teksten in rapportages',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EditionText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_new', models.BooleanField(verbose_name='nieuw')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='of_texts', to='reporting.reportedition')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_editions', to='reporting.reporttext')),
            ],
            options={
                'verbose_name': 'tekst in een uitgave',
                'verbose_name_plural': 'teksten in uitgaven',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='reportedition',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'released')), fields=('closing', 'version'), name='edition_released_once'),
        ),
        migrations.AddConstraint(
            model_name='reportedition',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True)), fields=('closing',), name='one_edition_waits_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='reportedition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('before_releases', False), ('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome', '')), models.Q(('before_releases', False), ('decided_at__isnull', False), ('decided_by__isnull', False), ('outcome__in', ['released', 'refused', 'withdrawn'])), models.Q(('before_releases', True), ('decided_at__isnull', False), ('decided_by__isnull', True), ('outcome', 'released')), _connector='OR'), name='edition_decided_wholly_or_not'),
        ),
        migrations.AddConstraint(
            model_name='reportedition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'released'), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), ('decided_by__isnull', True), _connector='OR'), name='edition_released_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='reportedition',
            constraint=models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('version__gt', 1), models.Q(('changes', ''), _negated=True)), _connector='OR'), name='new_version_says_what_changed'),
        ),
        migrations.AddConstraint(
            model_name='editionfile',
            constraint=models.UniqueConstraint(fields=('edition', 'form'), name='file_of_an_edition_once'),
        ),
        migrations.AddConstraint(
            model_name='reporttext',
            constraint=models.CheckConstraint(condition=models.Q(('place__in', ['summary', 'why_a', 'do_a', 'why_b', 'do_b', 'why_c', 'do_c', 'why_d', 'do_d', 'why_e', 'do_e', 'fund', 'places', 'risks'])), name='report_text_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='editiontext',
            constraint=models.UniqueConstraint(fields=('edition', 'text'), name='text_once_in_an_edition'),
        ),
        migrations.RunPython(keep_what_was_read, migrations.RunPython.noop),
    ]
