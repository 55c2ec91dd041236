"""What the database refuses it refuses on either engine: each trigger and each exclusion has its twin."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from intermediaries.models import Accreditation
from kbl.disjoint import Disjoint
from kbl.guards import AppendOnly, trigger_names
from kbl.organisations import circle_guard
from kbl.payments.accounts import account_guard
from kbl.second_person import needs_two
from kbl.settlements.statements import invoice_guard
from reporting.editions import release_guard
from reporting.integrity.database import OURS, our_models
from tests.conftest import at
from vouchers.models import Batch

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

DAY = date(2025, 9, 1)
# The triggers that no model asks for: each operation writes them for both engines.
BY_HAND = {
    circle_guard.NAME,
    account_guard.NAME,
    *invoice_guard.names(),
    *needs_two.GUARDS,
    *release_guard.NAMES,
}


def rows(sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def disjoint_models() -> dict[str, Disjoint]:
    return {each._meta.db_table: rule for each in our_models() if (rule := getattr(each, "DISJOINT", None))}


def guards() -> set[str]:
    """The triggers that the models ask for."""
    found = set()
    for model in our_models():
        guard: AppendOnly | None = getattr(model, "GUARD", None)
        if guard is not None:
            history, kept, once = trigger_names(model._meta.db_table)
            found |= {history} | (set() if guard.deletable else {kept}) | ({once} if guard.stamped_once else set())
    return found


def test_every_trigger_and_every_exclusion_of_this_engine_is_one_of_both():
    """The same list for PostgreSQL and SQLite: what stands on one engine alone makes this red."""
    if connection.vendor == "postgresql":
        triggers = rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        exclusions = rows("SELECT conname FROM pg_constraint WHERE contype = 'x'")
    else:
        triggers = rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        twins = {name: rule.name for rule in disjoint_models().values() for name in rule.sqlite_triggers}
        exclusions = {twins.pop(name) for name in sorted(triggers) if name in twins}
        assert not twins, "each has its trigger for a new row and for a changed one"
        triggers -= {name for rule in disjoint_models().values() for name in rule.sqlite_triggers}
    assert (
        exclusions
        == {rule.name for rule in disjoint_models().values()}
        == {
            "batches_do_not_overlap",
            "one_accreditation_at_a_time",
        }
    )
    assert triggers == guards() | BY_HAND


def test_the_check_looks_at_every_app_of_the_house():
    """A new room with tables is looked at too: its guards, its constraints and its rows."""
    house = ("kbl.", "vouchers", "intermediaries", "libraries", "reporting")
    ours = {each.label for each in apps.get_app_configs() if each.name.startswith(house) and list(each.get_models())}
    assert ours == set(OURS)


def test_every_constraint_of_a_model_is_there_with_its_condition():
    """Unique ones that hold for some rows only (partial indexes) too: by name, with a condition where one belongs."""
    if connection.vendor == "postgresql":
        found = dict.fromkeys(rows("SELECT conname FROM pg_constraint"), "")
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
            found |= dict(cursor.fetchall())
        text = ""
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            found = dict(cursor.fetchall())
        text = "\n".join(found.values())
    for model in our_models():
        for constraint in [*model._meta.constraints, *model._meta.indexes]:
            name = constraint.name
            assert name in found or f'"{name}"' in text, name
            if getattr(constraint, "condition", None) and hasattr(constraint, "fields"):
                assert re.search(r"\bWHERE\b", found[name]), f"{name} has lost its condition"


@pytest.mark.parametrize(
    ("first", "last"), [(1, 100), (100, 100), (1, 1), (50, 60), (100, 140), (90, 140), (1, 500), (60, 160)]
)
def test_a_batch_that_overlaps_another_is_refused_past_all_code(batch, coordinator, first, last):
    """A hundred vouchers are there; a row with any of their numbers, put straight into the table, is not taken."""
    start = batch.first_serial - 1
    values = {"medium": "paper", "valid_until": date(2027, 12, 31), "made_on": DAY, "recorded_at": at(DAY)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.create(first_serial=start + first, last_serial=start + last, recorded_by=coordinator, **values)
    beside = Batch.objects.create(first_serial=start + 101, last_serial=start + 110, recorded_by=coordinator, **values)
    assert beside.first_serial == batch.last_serial + 1


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (date(2025, 7, 1), date(2025, 7, 31), True),  # up to the day before
        (date(2025, 7, 1), date(2025, 8, 1), False),  # its first day
        (date(2025, 7, 1), None, False),
        (date(2025, 10, 1), date(2025, 10, 2), False),
        (date(2025, 12, 31), None, False),  # its last day
        (date(2026, 1, 1), None, True),
    ],
)
def test_two_accreditations_of_one_organisation_never_hold_on_one_day(food_bank, welfare, first, last, fits):
    Accreditation.objects.filter(organisation=food_bank).update(valid_until=date(2025, 12, 31))
    other = {"track": 4, "protocol": "1.1", "valid_from": first, "valid_until": last}
    if fits:
        Accreditation.objects.create(organisation=food_bank, **other)
        with pytest.raises(IntegrityError), transaction.atomic():
            Accreditation.objects.filter(valid_from=first).update(
                valid_from=date(2025, 9, 1), valid_until=date(2025, 9, 1)
            )
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            Accreditation.objects.create(organisation=food_bank, **other)
    Accreditation.objects.filter(organisation=welfare).update(valid_until=date(2025, 12, 31))  # another's are its own
