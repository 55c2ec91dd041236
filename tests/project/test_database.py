"""The tests' own database: a copy of what migrating gives, emptied to the last row, its guards in place."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection

from tests import database
from vouchers.models import StockMovement, Voucher

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


def filled() -> set[str]:
    return {model._meta.label for model in apps.get_models() if model._base_manager.exists()}


def test_nothing_is_left_and_nothing_of_djangos_own_is_lost(stock_of_food_bank):
    assert {"vouchers.Voucher", "vouchers.StockMovement"} <= filled()
    before = Permission.objects.count(), ContentType.objects.count()
    database.empty()
    assert filled() == {"auth.Permission", "contenttypes.ContentType"}
    assert (Permission.objects.count(), ContentType.objects.count()) == before


def guards() -> set[str]:
    """What the database itself watches over, as far as it is switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        return {name for (name,) in cursor.fetchall()}


def test_the_guards_are_back_at_once(stock_of_food_bank):
    kept, before = StockMovement.objects.get(), guards()
    database.empty()
    assert not Voucher.objects.exists()
    assert guards() == before and len(before) > 10
    with pytest.raises(DatabaseError):  # whom it names is gone
        kept.save(force_insert=True)


def test_a_copy_lacks_no_migration(capsys):
    call_command("migrate", check_unapplied=True, plan=True)
    assert "No planned migration operations" in capsys.readouterr().out


def test_a_changed_migration_or_what_it_leans_on_is_another_database():
    names = {path.name for path in database.decisive()}
    assert {"0001_initial.py", "guards.py", "dev.txt"} <= names
