"""Threat 7: nobody edits history, through the ORM or through SQL; the list of tables is taken from the models."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from intermediaries.models import Handout
from kbl.guards import AppendOnly, trigger_names
from kbl.settlements.models import Line, Tariff
from tests import one_of_everything
from vouchers.viewing import trace

pytestmark = pytest.mark.both_engines

GUARDED = [model for model in apps.get_models() if isinstance(getattr(model, "GUARD", None), AppendOnly)]

OTHER_VALUES = {
    "CharField": "'zzz'",
    "EmailField": "'zzz'",
    "DateField": "'2001-01-01'",
    "DateTimeField": "'2001-01-01 00:00:00+00:00'",
    "BinaryField": "NULL",
    "UUIDField": "'00000000000000000000000000000001'",
    "JSONField": "'{}'",
}


def triggers() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_every_guarded_table_has_its_triggers(db, model):
    history, rows, once = trigger_names(model._meta.db_table)
    expected = {history}
    if not model.GUARD.deletable:
        expected.add(rows)
    if model.GUARD.stamped_once:
        expected.add(once)
    assert expected <= triggers()


def test_facts_are_among_the_guarded(db):
    names = {model.__name__ for model in GUARDED}
    assert {"Handout", "Enrolment", "MembershipYear", "Line", "Statement", "FundEntry", "Document"} <= names


@pytest.fixture
def history(stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator, finance):
    """A little of everything that is guarded."""
    one_of_everything.make(stock_of_food_bank.first, food_bank, worker, venlo, clerk, coordinator, finance)


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def test_the_database_refuses_to_rewrite_or_remove_any_history(history):
    for model in GUARDED:
        table, guard = model._meta.db_table, model.GUARD
        assert model.objects.exists(), f"the story has no {table}"
        for field in model._meta.local_concrete_fields:
            if field.column in guard.free or field.column in guard.stamped_once:
                continue
            if field.column in guard.filled_once and not model.objects.filter(**{f"{field.name}__isnull": False}):
                continue
            value = OTHER_VALUES.get(field.get_internal_type(), f'"{field.column}" + 7')
            told = f"{table}.{field.column} can be rewritten"
            if field.get_internal_type() == "BooleanField":
                value = f'COALESCE(NOT "{field.column}", true)'
            elif field.null and field.get_internal_type() not in OTHER_VALUES:
                value = f'COALESCE("{field.column}", 0) + 7'
            assert refused(f'UPDATE "{table}" SET "{field.column}" = {value}'), told
        if not guard.deletable:
            assert refused(f'DELETE FROM "{table}"'), f"{table} can be emptied"


def test_a_revocation_is_stamped_once(history):
    revoked = Handout.objects.get(revoked_at__isnull=False)
    table = Handout._meta.db_table
    assert refused(f"UPDATE \"{table}\" SET revoke_reason = 'twice' WHERE id = {revoked.pk}")
    assert refused(f'UPDATE "{table}" SET revoked_at = NULL, revoked_by_id = NULL WHERE id = {revoked.pk}')


def test_the_orm_is_refused_as_well(history):
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.update(net=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.all()._raw_delete(Line.objects.db)
    tariff = Tariff.objects.filter(kind="handling").get()
    tariff.amount = 5
    with pytest.raises(DatabaseError), transaction.atomic():
        tariff.save()


def test_who_looked_at_a_number_is_kept_for_a_year_and_then_goes(coordinator):
    now = timezone.now()
    for days in (0, 364, 366):
        trace.keep_view(12, by=coordinator, at=now - timedelta(days=days))
    assert trace.forget(at=now) == 1
    assert trace.forget(at=now) == 0
    assert trace.NumberView.objects.count() == 2
    assert refused(f'DELETE FROM "{trace.NumberView._meta.db_table}"'), "also the owner's own hand waits a year"
