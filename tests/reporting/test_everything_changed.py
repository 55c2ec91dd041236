"""Every column of every table is changed, and all rows taken out, by the owner of the database: reports say the same.

Nothing but what was kept is read: the kept reports, their drawings and the issued papers. Beside those only who looks,
and which quarter it is.
"""

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction

from kbl.accounts.models import Assignment, User
from kbl.settlements.models import Closing, Document
from reporting.models import EditionFile, EditionPart, KeptDrawings, KeptInterim, KeptReport, ReportEdition
from tests.reporting.released import pages
from tests.reporting.tampering import as_owner, attempt, others

pytestmark = pytest.mark.postgresql

KEPT = {KeptReport, KeptDrawings, Document, ReportEdition, EditionFile, EditionPart, KeptInterim}
WHO_LOOKS = {User, Assignment, Session}
# The address of a report is its quarter, and a page has the name of the programme's people around it.
STAYS = {(Closing, "quarter")}
TABLES = [model for model in apps.get_models() if model not in KEPT | WHO_LOOKS and not model._meta.proxy]
ROWS = 3  # of each table that are changed one by one, where not all can be at once


def changed(model: type[models.Model]) -> list[str]:
    """Change every column of a table as far as the database lets its owner; the columns that were."""
    table, key = model._meta.db_table, model._meta.pk.column
    done = []
    for field in model._meta.concrete_fields:
        if field.primary_key or (model, field.name) in STAYS:
            continue
        rows = list(model._default_manager.order_by("pk").values_list("pk", field.attname)[:ROWS])
        for row, now in rows:
            for value in others(field, now, row):
                told = str(value) if field.column == "quarter" else value
                if attempt(f'UPDATE {table} SET "{field.column}" = %s', [told]):
                    done.append(f"{table}.{field.column}")
                    break
                if attempt(f'UPDATE {table} SET "{field.column}" = %s WHERE {key} = %s', [told, row]):
                    done.append(f"{table}.{field.column}")
                    break
    return sorted(set(done))


def emptied(model: type[models.Model]) -> bool:
    return model is not Closing and attempt(f"DELETE FROM {model._meta.db_table}", [])


def test_no_table_and_no_column_changes_a_released_report(reported, province, reader, client_class):
    browser, office = client_class(province), client_class(reader)
    before = pages(browser, office)
    as_owner()
    found = {}
    with transaction.atomic():
        for model in TABLES:
            if columns := changed(model):
                found[model._meta.db_table] = columns
        after = pages(browser, office)
        assert {name for name in before if before[name] != after[name]} == set()
    assert len(found) > 20 and sum(map(len, found.values())) > 120, found
    empty = [model._meta.db_table for model in TABLES if emptied(model)]
    after = pages(browser, office)
    assert {name for name in before if before[name] != after[name]} == set()
    assert {"vouchers_voucher", "libraries_enrolment", "settlements_line", "fund_budgetline"} <= set(empty)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisations_organisation")
        assert cursor.fetchone() == (0,)
