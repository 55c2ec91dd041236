"""What the owner of the database can do to rows that are sealed, and whether the seals tell."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import DatabaseError, connection, models, transaction

from reporting.integrity import seals
from reporting.models import QuarterSeal
from reporting.seals import digest
from reporting.seals.sources import SOURCES, By, Source
from tests.reporting import played


def as_owner() -> None:
    """Whatever the triggers and the keys to other tables say, this goes through."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")


def sealed_row(source: Source) -> int | None:
    """The key of a row of the table that lies in a seal."""
    for seal in QuarterSeal.objects.select_related("closing").order_by("-closing__quarter"):
        earlier = QuarterSeal.objects.filter(closing__quarter__lt=seal.closing.quarter).last()
        window = digest.window(seal.closing, earlier.parts if earlier else None, seal.parts)
        rows = source.model._default_manager.all()
        if source.by is By.CLOSING:
            rows = rows.filter(**{source.path: seal.closing.pk})
        elif source.by is By.KEY:
            rows = rows.filter(pk__gt=window.keys[source.name][0], pk__lte=window.keys[source.name][1])
        else:
            rows = digest._between(rows, source.path, window)
        if found := rows.order_by("-pk").values_list("pk", flat=True).first():
            return found
    return None


def others(field: models.Field, now: object, row: int) -> list:
    """Values that it was not, the likeliest to be let through first."""
    match now:
        case bool():
            return [not now]
        case datetime():
            return [now - timedelta(seconds=1), now + timedelta(days=900)]
        case date():
            return [now - timedelta(days=1), now + timedelta(days=1)]
        case Decimal():
            return [now + 1, now - 1, -now]
        case int():
            return [now + 1, now + 100_000, max(now - 1, 0)]
        case dict() | list():
            return [json.dumps({"anders": 1})]
        case bytes() | memoryview():
            return [b"anders"]
        case None if isinstance(field, models.DateTimeField):
            return [datetime(2026, 1, 15, 12, tzinfo=played.moment(date(2026, 1, 1)).tzinfo)]
        case None if isinstance(field, models.DateField):
            return ["2026-01-15"]
        case None if isinstance(field, models.UUIDField):
            return ["00000000-0000-4000-8000-000000000001"]
        case None if isinstance(field, models.CharField):
            return ["x"]
        case None:
            return [row, 1]
    if isinstance(field, models.UUIDField):
        return ["00000000-0000-4000-8000-000000000001"]
    choices = [str(value) for value, _ in field.choices or () if value != now]
    text = str(now)
    return [*choices, *([("0" if text[:1] != "0" else "1") + text[1:]] if text else []), "2024-Q1", "x"]


def attempt(sql: str, values: list) -> bool:
    """Do it; False when a constraint, which no switch turns off, refuses."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount > 0
    except DatabaseError:
        return False


def tamperings(source: Source, row: int):
    """Every change of one row: a name, and a way to do it that tells whether the database let it happen."""
    table, key = source.name, source.model._meta.pk.column
    for field in source.model._meta.concrete_fields:
        if field.attname in source.left_out or field.primary_key:
            continue
        now = source.model._default_manager.filter(pk=row).values_list(field.attname, flat=True).get()
        sql = f'UPDATE {table} SET "{field.column}" = %s WHERE {key} = %s'
        ways = [(sql, [str(value) if field.column == "quarter" else value, row]) for value in others(field, now, row)]
        yield f"{table}.{field.column}", ways
    yield f"{table}: a row taken out", [(f"DELETE FROM {table} WHERE {key} = %s", [row])]


def tried(subtests) -> Counter:
    """Every tampering with a sealed row of every table: what came of it, counted per table."""
    count: Counter = Counter()
    assert list(seals.touched()) == [], "nothing is wrong before"
    for source in SOURCES:
        row = sealed_row(source)
        if row is None:
            count[source.name, "no row"] += 1
            continue
        for name, ways in tamperings(source, row):
            with subtests.test(name), transaction.atomic():
                done = any(attempt(sql, values) for sql, values in ways)
                found = list(seals.touched({source.name})) if done else []
                transaction.set_rollback(True)
                count[source.name, "refused" if not done else "found" if found else "not found"] += 1
                assert not done or found, "nobody sees it"
                assert all(each["table"] == source.name for each in found)
    return count
