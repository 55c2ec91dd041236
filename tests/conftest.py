"""Our cast: Cubiss' coordinator and finance officer, intermediaries, Venlo, Landgraaf and Gennep, and a stranger.

Everybody here is invented. Moments are fixed: tests never read the clock.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import django.test.utils
import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.test import TransactionTestCase

from intermediaries import accreditation
from intermediaries.models import Accreditation, Track
from kbl.accounts.models import OFFICE_ROLES, Assignment, Role, User
from kbl.organisations.models import Branch, Municipality, Organisation, Programme, YearTarget
from kbl.settlements.statements import self_billing
from libraries.models import Participation
from tests import by_two, database, economy, neighbours
from vouchers.batches import make_batch
from vouchers.models import Batch, Voucher
from vouchers.numbers import SerialRange

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

# Static files straight from their folders; and hashing passwords is not what these tests are about.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.WHITENOISE_USE_FINDERS = True
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # it need not hold anything, but WhiteNoise warns without it
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
settings.SECOND_FACTOR_REQUIRED = False  # its own story turns it on
settings.CLOCK_MAY_DIFFER_MINUTES = 0  # tests play in other years than the database; its own story turns it on

# No test depends on how quick the machine is. A property has no deadline, and making its data may take its time.
hypothesis.settings.register_profile("kbl", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("kbl")
# Production's patience with a lock and with a question (3 and 15 s) is for desks with a queue; here it would only cut
# off what a slow machine does: eight threads that wait for each other, a fixture of twenty thousand vouchers.
PATIENCE = {"LOCK_TIMEOUT_MS": "120000", "STATEMENT_TIMEOUT_MS": "240000"}
os.environ.update(PATIENCE)  # for processes that a test starts
if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
    settings.DATABASES["default"]["OPTIONS"]["options"] = (
        f"-c synchronous_commit=on -c lock_timeout={PATIENCE['LOCK_TIMEOUT_MS']}"
        f" -c statement_timeout={PATIENCE['STATEMENT_TIMEOUT_MS']}"
    )


@pytest.fixture(scope="session", autouse=True)
def a_tuesday() -> Iterator[None]:
    """Whenever the tests are run, they play on 6 October 2026, unless they go to a day of their own."""
    with time_machine.travel(datetime(2026, 10, 6, 12, tzinfo=AMSTERDAM), tick=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def mail_goes_by_the_outbox(django_test_environment) -> None:
    """As in production: Django's tests would have a page speak to the mail server itself."""
    settings.EMAIL_BACKEND = "kbl.mail.backend.OutboxBackend"


@pytest.fixture(scope="session", autouse=True)
def pages_are_made_as_in_production(django_test_environment) -> None:
    economy.under_way()


@pytest.fixture(scope="module", autouse=True)
def a_closing_and_its_report(request) -> Iterator[None]:
    """In rooms that are not about reports a closing makes none, but in the files that say so."""
    room = request.node.nodeid.removeprefix("tests/").partition("/")[0]
    alone = room in economy.NOT_ABOUT_REPORTS and not request.node.get_closest_marker("with_report")
    with economy.closings_alone() if alone else nullcontext():
        yield


@pytest.fixture(autouse=True)
def a_card_is_kept_for_its_own_test() -> None:
    """A desk keeps a library's welcome card for half a minute; in the next test another library has its number."""
    if desk := sys.modules.get("libraries.portal.desk"):
        desk._welcome.cache_clear()


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """A process remembers sums of closed quarters; here the next story closes another one at the same moment."""
    for name in ("kbl.settlements.fund_figures.frozen_lines", "kbl.settlements.office.frozen_breakdowns"):
        if room := sys.modules.get(name):
            room.forget()


def at(day: date, hour: int = 12) -> datetime:
    """Noon (or another hour) in Amsterdam on a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM)


economy.begin()


def pytest_collection_finish(session: pytest.Session) -> None:
    economy.collected()
    if found := neighbours.strangers(session.items):
        raise pytest.UsageError("\n".join(found))


# Migrated once and copied; emptied by looking first what is in it.
django.test.utils.setup_databases = database.setup_databases
TransactionTestCase._fixture_teardown = lambda case: database.empty()  # type: ignore[attr-defined]

PASSWORD = "een lang wachtwoord voor de test"


@pytest.fixture
def programme(db) -> Programme:
    """Limburg 2025-2027 with its tariffs and targets, without anybody in it."""
    programme = Programme.objects.create(
        pk=1,
        name="Limburg 2025-2027",
        starts_on=date(2025, 1, 1),
        ends_on=date(2027, 12, 31),
        target_group=117_285,
        closing_opens_after=10,
        commissioner="Provincie Limburg",
        contact_name="Projectteam",
        contact_email="project@voorbeeld.example",
    )
    for year, target in ((2025, 2_000), (2026, 3_500), (2027, 7_000)):
        YearTarget.objects.create(year=year, new_memberships=target)
    for day, amount in ((date(2025, 1, 1), 42), (date(2026, 1, 1), 45)):
        by_two.tariff(kind="membership", first_day=day, amount=Decimal(amount))
    by_two.tariff(kind="handling", first_day=date(2025, 1, 1), amount=Decimal(4), vat="outside")
    return programme


@pytest.fixture
def make_user(db) -> Callable[..., User]:
    """Somebody with a role."""

    def make(name: str, role: Role, organisation: Organisation | None = None, **assignment) -> User:
        user = User.objects.create_user(f"{name.lower()}@voorbeeld.example", PASSWORD, name=name)
        if role in OFFICE_ROLES:
            by_two.office_role(user, role, **assignment)
        else:
            Assignment.objects.create(user=user, role=role, organisation=organisation, **assignment)
        return user

    return make


@pytest.fixture
def coordinator(make_user) -> User:
    return make_user("Carla", Role.CUBISS_COORDINATOR)


@pytest.fixture
def finance(make_user) -> User:
    return make_user("Frank", Role.CUBISS_FINANCE)


@pytest.fixture
def reader(make_user) -> User:
    return make_user("Rik", Role.CUBISS_READER)


@pytest.fixture
def province(make_user) -> User:
    return make_user("Petra", Role.PROVINCE)


@pytest.fixture
def town_hall(venlo) -> Organisation:
    """Gemeente Venlo: the organisation that the municipality itself is. It hands nothing out."""
    found = Organisation.objects.create(name="Gemeente Venlo", slug="gemeente-venlo", municipality=venlo.municipality)
    Municipality.objects.filter(pk=venlo.municipality_id).update(authority=found)
    return found


@pytest.fixture
def official(make_user, town_hall) -> User:
    """Somebody who works for Gemeente Venlo."""
    return make_user("Gerda", Role.MUNICIPALITY, town_hall)


@pytest.fixture
def stranger(db) -> User:
    """Somebody with an account and no role at all."""
    return User.objects.create_user("vreemd@voorbeeld.example", PASSWORD, name="Vreemd")


def _municipality(name: str, code: str, starts_on: date) -> Municipality:
    return Municipality.objects.get_or_create(name=name, defaults={"code": code, "starts_on": starts_on})[0]


def _library(name: str, code: str, prefix: str, iban: str, starts_on: date, *, agreed: bool) -> Organisation:
    town = _municipality(name, code, starts_on)
    library = Organisation.objects.create(
        name=f"Bibliotheek {name}",
        slug=f"bibliotheek-{name.lower()}",
        municipality=town,
        kvk="12345678",
        vat_id="NL004495445B01",
        iban=iban,
        street="Pleinstraat 1",
        postcode="5900 AA",
        city=name,
        email=f"bibliotheek-{name.lower()}@voorbeeld.example",
    )
    Participation.objects.create(library=library, starts_on=starts_on, invoice_prefix=prefix)
    if agreed:
        self_billing.from_file(library, starts_on, at=at(starts_on))
    Branch.objects.create(organisation=library, name="Centrum", municipality=town)
    return library


@pytest.fixture
def libraries_agreed() -> bool:
    """The libraries agreed on their first day that Cubiss draws up their invoices; a story may say otherwise."""
    return True


@pytest.fixture
def venlo(programme, libraries_agreed) -> Organisation:
    return _library("Venlo", "GM0983", "VEN", "NL91ABNA0417164300", date(2025, 9, 1), agreed=libraries_agreed)


@pytest.fixture
def landgraaf(programme, libraries_agreed) -> Organisation:
    return _library("Landgraaf", "GM0882", "LAN", "NL02ABNA0123456789", date(2025, 9, 15), agreed=libraries_agreed)


@pytest.fixture
def gennep(programme, libraries_agreed) -> Organisation:
    return _library("Gennep", "GM0907", "GEN", "NL20INGB0001234567", date(2025, 10, 1), agreed=libraries_agreed)


def branch_of(library: Organisation) -> Branch:
    """The library's one branch in these tests."""
    return library.branches.get()


@pytest.fixture
def clerk(make_user, venlo) -> User:
    """At Venlo's desk."""
    return make_user("Vera", Role.LIBRARY_DESK, venlo)


@pytest.fixture
def manager(make_user, venlo) -> User:
    """Venlo's manager."""
    return make_user("Mara", Role.LIBRARY_MANAGER, venlo)


@pytest.fixture
def other_clerk(make_user, landgraaf) -> User:
    """At Landgraaf's desk."""
    return make_user("Lars", Role.LIBRARY_DESK, landgraaf)


def _intermediary(name: str, iban: str, track: Track) -> Organisation:
    organisation = Organisation.objects.create(
        name=name,
        slug=name.lower().replace(" ", "-"),
        municipality=_municipality("Venlo", "GM0983", date(2025, 9, 1)),
        iban=iban,
        kvk="87654321",
        street="Markt 2",
        postcode="5911 AB",
        city="Venlo",
        email=f"{name.lower().replace(' ', '-')}@voorbeeld.example",
    )
    Accreditation.objects.create(organisation=organisation, track=track, protocol="1.0", valid_from=date(2025, 8, 1))
    return organisation


@pytest.fixture
def food_bank(programme) -> Organisation:
    """An accredited intermediary."""
    return _intermediary("Voedselbank Venlo", "NL39RABO0300065264", Track.DIRECT)


@pytest.fixture
def welfare(programme) -> Organisation:
    """Another accredited intermediary."""
    return _intermediary("Welzijn Noord", "NL86INGB0002445588", Track.VOUCHER_SCHEME)


@pytest.fixture
def worker(make_user, food_bank) -> User:
    """Of the food bank."""
    return make_user("Willem", Role.INTERMEDIARY, food_bank)


@pytest.fixture
def other_worker(make_user, welfare) -> User:
    """Of Welzijn Noord."""
    return make_user("Wendy", Role.INTERMEDIARY, welfare)


START = date(2025, 9, 1)


@pytest.fixture
def batch(coordinator, programme) -> Batch:
    """A hundred vouchers on paper in Cubiss' own stock."""
    return make_batch(
        100,
        medium="paper",
        valid_until=date(2027, 12, 31),
        on=date(2025, 8, 20),
        by=coordinator,
        at=at(date(2025, 8, 20)),
    )


@pytest.fixture
def stock_of_food_bank(batch, food_bank, coordinator) -> SerialRange:
    """The first fifty vouchers, allocated to the food bank on 1 September 2025."""
    serials = SerialRange(batch.first_serial, batch.first_serial + 49)
    accreditation.allocate(serials, to=food_bank, on=START, by=coordinator, at=at(START))
    return serials


@pytest.fixture
def voucher(stock_of_food_bank) -> Voucher:
    """One voucher in the food bank's drawer."""
    return Voucher.objects.get(pk=stock_of_food_bank.first)
