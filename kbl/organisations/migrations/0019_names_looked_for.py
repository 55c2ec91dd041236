"""Names are looked for in the database (kbl/folding.py): a function, and an index on parts of words.

SQLite has the function from its connection, and no index: it looks at a few thousand names in some milliseconds.
"""

from django.db import migrations

from kbl.folding import FUNCTION, POSTGRESQL

INDEX = f"""
    CREATE INDEX organisation_looked_for ON organisations_organisation
    USING gin ({FUNCTION}(name || ' ' || city) gin_trgm_ops)"""


def make(apps, schema_editor) -> None:
    """pg_trgm comes with PostgreSQL, and the owner of a database may add it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(POSTGRESQL)
        schema_editor.execute(INDEX)


def unmake(apps, schema_editor) -> None:
    """The extension stays: somebody else may lean on it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX organisation_looked_for")
        schema_editor.execute(f"DROP FUNCTION {FUNCTION}(text)")


class Migration(migrations.Migration):
    dependencies = [("organisations", "0018_municipal_organisations")]
    operations = [migrations.RunPython(make, unmake)]
