"""A scratch database beside the given one, with a programme, a library and an intermediary; dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection

from intermediaries.models import Accreditation
from kbl.accounts.models import Assignment, Role, User
from kbl.organisations.models import Branch, Municipality, Organisation, Programme
from kbl.settlements.models import Tariff
from libraries.models import Participation

PARTICULARS = {
    "kvk": "12345678",
    "vat_id": "NL004495445B01",
    "iban": "NL91ABNA0417164300",
    "street": "Markt 1",
    "postcode": "5911 AB",
    "city": "Dorp",
}
DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)


@contextmanager
def database() -> Iterator[None]:
    """Make it, fill it with who takes part, drop it."""
    old = connection.settings_dict["NAME"]
    connection.settings_dict.setdefault("TEST", {})["NAME"] = f"kbl_bench_{os.getpid()}"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    os.environ["BENCH_DATABASE"] = name
    try:
        _people()
        yield
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def _people() -> None:
    Programme.objects.create(
        pk=1, name="Bench", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31), target_group=1, commissioner="-"
    )
    Tariff.objects.create(kind="membership", first_day=date(2025, 1, 1), amount=Decimal(42))
    Tariff.objects.create(kind="handling", first_day=date(2025, 1, 1), amount=Decimal(4), vat="outside")
    town = Municipality.objects.create(code="GM0000", name="Dorp", starts_on=date(2025, 1, 1))
    library = Organisation.objects.create(name="Bibliotheek", slug="bibliotheek", municipality=town, **PARTICULARS)
    Participation.objects.create(
        library=library, starts_on=date(2025, 1, 1), invoice_prefix="BIB", self_billing_since=date(2025, 1, 1)
    )
    Branch.objects.create(organisation=library, name="Centrum", municipality=town)
    intermediary = Organisation.objects.create(name="Welzijn", slug="welzijn", municipality=town, **PARTICULARS)
    Accreditation.objects.create(organisation=intermediary, track=4, protocol="1", valid_from=date(2025, 1, 1))
    for i in range(8):
        clerk = User.objects.create_user(f"balie{i}@voorbeeld.example", "bench", name=f"Balie {i}")
        Assignment.objects.create(user=clerk, role=Role.LIBRARY_DESK, organisation=library)


def coordinator() -> User:
    """Somebody of the project team."""
    return User.objects.get_or_create(email="cubiss@voorbeeld.example", defaults={"name": "Cubiss"})[0]


def allocated(count: int):
    """A fresh batch in the intermediary's stock; gives its range."""
    from intermediaries import accreditation
    from vouchers.batches import make_batch

    batch = make_batch(count, medium="paper", valid_until=date(2027, 12, 31), on=DAY, by=coordinator(), at=NOON)
    to = Organisation.objects.get(slug="welzijn")
    accreditation.allocate(batch.range, to=to, on=DAY, by=coordinator(), at=NOON)
    return batch.range
