"""Whatever leads to money or power is written in few places, and each of them asks a second person."""

import pytest
from django.conf import settings

from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import ROLES, Right, that_may
from kbl.admin.money import AskedFirst
from kbl.admin.site import office
from kbl.fund.models import Cost, FundEntry
from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.models import Refund
from kbl.second_person import needs_two
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import MAKERS
from kbl.settlements.models import Correction, PartyVat, Tariff
from reporting.integrity.accounts import accounts_are_guarded
from tests.second_person_entrances import GUARDED, writers

# Every file that writes one of them, and why one person's hand is not enough there.
ENTRANCES: dict[str, tuple[set[str], str]] = {
    "kbl/second_person/second_person.py": ({"Assignment", "Organisation"}, "makes what was accepted"),
    "kbl/settlements/tariffs/asked.py": ({"Tariff", "PartyVat"}, "makes what was accepted"),
    "kbl/settlements/statements/corrections.py": ({"Correction"}, "makes what was accepted"),
    "kbl/fund/asked.py": (
        {"costs.book", "costs.take_back", "ledger.receive", "ledger.reverse"},
        "makes what was accepted",
    ),
    "kbl/fund/costs.py": ({"Cost", "ledger.spend"}, "called by fund/asked.py"),
    "kbl/fund/ledger.py": ({"FundEntry"}, "called by fund/asked.py and by the approval of a statement"),
    "kbl/settlements/statements/steps.py": ({"ledger.book"}, "what an approved statement draws; a run of two pays it"),
    "kbl/payments/bank/refunds.py": ({"Refund"}, "makes what was accepted"),
    "kbl/payments/accounts/accounts.py": ({"AccountChange", "Organisation"}, "accounts have their own two steps"),
    "kbl/admin/organisations.py": ({"Organisation"}, "parent, address and account are asked, the rest is saved"),
    "kbl/intake/kinds/organisations.py": ({"Organisation"}, "parent, address and account are asked, the rest is saved"),
    "kbl/intake/kinds/users.py": ({"Assignment"}, "a role at Cubiss is asked, another is given"),
    "kbl/accounts/management/commands/first_coordinator.py": ({"Assignment"}, "only as long as there are no two"),
    "kbl/accounts/models.py": ({"Assignment"}, "createsuperuser: the database refuses it from two on"),
    "kbl/programme/loader.py": ({"Organisation", "Tariff"}, "only as long as there are no two, else refused"),
    "kbl/programme/demo/cast.py": ({"Assignment", "Organisation"}, "the demonstration: the first two, then asked"),
    "kbl/programme/player.py": (
        {"Organisation", "ledger.receive", "ledger.spend"},
        "replay_plan: a database of its own, where nobody has a role at Cubiss",
    ),
}
# The office's lists that have them, and what each does with them.
LISTS = {
    Organisation: "asks: parent, address, account (OrganisationAdmin.save_model)",
    Tariff: "asks (AskedFirst)",
    PartyVat: "asks (AskedFirst)",
    User: "asks for a role at Cubiss (UserAdmin.save_formset)",
}


def test_every_entrance_is_known():
    """A file that comes to write one of these is looked at first: does it ask?"""
    assert writers(settings.BASE_DIR) == {name: what for name, (what, _) in ENTRANCES.items()}


def test_the_lists_of_the_office_ask():
    guarded = {Assignment, Tariff, PartyVat, Organisation, AccountChange, Correction, FundEntry, Cost, Refund, User}
    assert {model.__name__ for model in guarded} - {"User"} == set(GUARDED)
    assert {model for model in office._registry if model in guarded} == set(LISTS)
    for model in (Tariff, PartyVat):
        assert isinstance(office._registry[model], AskedFirst)


def test_every_kind_of_change_can_be_made_and_stands_in_the_database():
    assert set(MAKERS) == set(PendingChange.Kind.values)


def test_the_database_knows_the_roles_as_the_table_of_roles_does():
    assert f"({', '.join(repr(str(each)) for each in that_may(Right.ACCOUNTS))})" == needs_two.DECIDERS
    text = "".join(each.read_text() for each in settings.BASE_DIR.glob("kbl/second_person/migrations/0003*.py"))
    assert f"({', '.join(repr(str(role)) for role, row in ROLES.items() if row.office)})" in text


@pytest.mark.django_db
@pytest.mark.both_engines
def test_every_guard_is_in_the_database():
    """As the migrations write them, each once."""
    written = "".join(each.read_text() for each in settings.BASE_DIR.glob("kbl/*/migrations/*.py"))
    assert [name for name in needs_two.GUARDS if written.count(f'name="{name}"') != 1] == []
    assert list(accounts_are_guarded()) == []
