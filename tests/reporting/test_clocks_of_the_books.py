"""A clock that ran ahead leaves days and moments that are still to come: found in every table, whatever the column."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, models, transaction

from reporting.integrity import clocks
from tests.reporting.test_check_books import honest_books, played_history

__all__ = ["honest_books", "played_history"]

LATEST = datetime(2030, 1, 1, tzinfo=UTC)  # the played history lies before it
FAR = {models.DateField: date(2099, 1, 1), models.DateTimeField: datetime(2099, 1, 1, tzinfo=UTC)}
COLUMNS = [(model, column) for model in clocks.tables() for column in clocks.columns(model)]


@pytest.mark.both_engines
def test_every_day_and_moment_of_the_house_is_looked_at_or_may_lie_ahead_for_a_reason():
    dated = {
        f"{model._meta.db_table}.{field.column}"
        for model in clocks.apps.get_models()
        if model.__module__.split(".")[0] in clocks.OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField)
    }
    looked_at = {f"{model._meta.db_table}.{column.column}" for model, column in COLUMNS}
    assert looked_at | set(clocks.MAY_LIE_AHEAD) == dated and not looked_at & set(clocks.MAY_LIE_AHEAD)
    assert len(looked_at) > 80 and all(clocks.MAY_LIE_AHEAD.values())


@pytest.mark.both_engines
def test_the_question_to_a_table_is_about_all_of_them():
    """Also where the played history has no row to plant in."""
    for model in clocks.tables():
        asked = str(clocks.rows_ahead(model, clocks.limits_of(model, LATEST)).query)
        where = asked[asked.index(" WHERE ") :]
        assert all(f'"{column.column}" >' in where for column in clocks.columns(model)), model


@pytest.mark.postgresql
class TestEveryColumn:
    def test_in_honest_books_nothing_is(self, honest_books, monkeypatch):
        monkeypatch.setattr(clocks, "_latest", lambda: LATEST)
        assert not list(clocks.no_moment_is_still_to_come())

    def test_whatever_is_planted_is_found_and_named(self, honest_books, monkeypatch):
        """The owner of the database, triggers off; what a constraint refuses cannot be wrong either."""
        monkeypatch.setattr(clocks, "_latest", lambda: LATEST)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        planted, missed, empty = 0, [], set()
        for model, column in COLUMNS:
            first = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
            if first is None:
                empty.add(model._meta.db_table)
                continue
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk=first).update(**{column.name: FAR[type(column)]})
                    found = {(each["table"], each["column"]) for each in clocks.no_moment_is_still_to_come()}
                    transaction.set_rollback(True)
            except DatabaseError:
                continue
            planted += 1
            if found != {(model._meta.db_table, column.attname)}:
                missed.append((model._meta.db_table, column.attname, found))
        assert not missed
        assert planted > 40, f"{planted}; empty: {sorted(empty)}"


@pytest.mark.both_engines
@pytest.mark.django_db
def test_where_nobody_asks_nothing_is_said(programme, settings):
    settings.CLOCK_MAY_DIFFER_MINUTES = 0
    assert clocks._latest() is None and not list(clocks.no_moment_is_still_to_come())
