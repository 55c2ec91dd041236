"""What happened or was told since the last closing is found without reading all that went before it.

Facts are only added, so they lie in the order of their moments, and nearly in that of their days. A BRIN index says per
stretch of the table which days and moments lie in it: a few kilobytes for a million facts, and nothing for a desk to
wait for. SQLite has none, and reads on.
"""

from django.db import migrations

TABLES = ("intermediaries_handout",)


def make(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(
                f'CREATE INDEX "{table}_by_moment" ON "{table}" USING brin (recorded_at, "on")'
                " WITH (pages_per_range = 32, autosummarize = on)"
            )


def drop(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f'DROP INDEX "{table}_by_moment"')


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0010_intermediary_kinds")]
    operations = [migrations.RunPython(make, drop, elidable=False)]
