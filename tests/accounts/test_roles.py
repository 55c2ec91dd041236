"""The roles are one table: a role that is planted there works everywhere, or the start says what is missing."""

import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from kbl.accounts.models import Assignment
from kbl.accounts.roles import AUDIENCES, ROLES, Audience, Bound, Right, Role, missing_details, that_may
from kbl.admin.accounts import misfit
from tests.access.world import ROLES as KNOCKERS
from tests.access.world import other_manager, other_official

__all__ = ["other_manager", "other_official"]

HOUSE = Path(settings.BASE_DIR)


def test_every_role_is_complete():
    assert missing_details(Role, ROLES, AUDIENCES, Right) == []


def test_every_door_has_a_page_to_start_on():
    assert all(reverse(door.home) for door in AUDIENCES.values())


def test_what_a_planted_role_lacks_is_told():
    planted = Enum("Planted", {"LIBRARY_VOLUNTEER": "library_volunteer"})
    told = missing_details([*Role, *planted], ROLES, AUDIENCES, Right)
    assert told == ["Role.LIBRARY_VOLUNTEER has no row in ROLES"]
    reader_only = {Role.CUBISS_READER: ROLES[Role.CUBISS_READER]}
    told = missing_details([Role.CUBISS_READER], reader_only, {}, [Right.CORRECT])
    assert told[-1] == "Right.CORRECT is given to no role"
    assert told[:-1] == [f"Audience.{each.name} has no row in AUDIENCES" for each in Audience]


# What somebody would type who adds a role, and what is answered to each half of it.
MEMBER = ('    PROVINCE = "province", "Provincie"\n\n    @property', '    VOLUNTEER = "volunteer", "Vrijwilliger"\n')
ROW = ("    Role.PROVINCE: RoleDetails(", "    Role.VOLUNTEER: RoleDetails(Audience.LIBRARY, ({sheet!r},)),\n")
START = """
import sys, types
from pathlib import Path
source = Path("kbl/accounts/roles.py").read_text(encoding="utf-8")
for before, planted in {plants!r}:
    assert source.count(before) == 1, before
    source = source.replace(before, planted + before)
import kbl.accounts
module = types.ModuleType("kbl.accounts.roles")
module.__file__ = "kbl/accounts/roles.py"
sys.modules["kbl.accounts.roles"] = kbl.accounts.roles = module
exec(compile(source, module.__file__, "exec"), module.__dict__)
import django
from django.core.management import call_command
django.setup()
import kbl.urls
call_command("check")
from kbl.accounts.models import Assignment
(constraint,) = [each for each in Assignment._meta.constraints if each.name == "partners_act_for_an_organisation"]
assert "volunteer" in str(constraint.condition)
call_command("makemigrations", "accounts", check=True, dry_run=True)
"""


def start_with(*plants: tuple[str, str]) -> subprocess.CompletedProcess:
    """A fresh process in which roles.py was changed as told; what it says on its way."""
    return subprocess.run(
        [sys.executable, "-c", START.format(plants=plants)],
        cwd=HOUSE,
        env={
            "DEMO": "true",
            "DATABASE_URL": "sqlite://:memory:",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "kbl.settings",
        },
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("plants", "told"),
    [
        ((MEMBER,), "Role.VOLUNTEER has no row in ROLES"),
        ((MEMBER, (ROW[0], ROW[1].format(sheet="vrijwilliger"))), r"is called \['vrijwilliger'\]"),
        ((MEMBER, (ROW[0], ROW[1].format(sheet="balie"))), "Alter field role on assignment"),
    ],
    ids=["no row", "no instruction", "no migration"],
)
def test_a_planted_role_stops_the_start_until_it_is_whole(plants, told):
    started = start_with(*plants)
    assert started.returncode, started.stdout
    assert re.search(told, started.stdout + started.stderr), started.stderr


def test_a_right_in_a_template_is_a_right_that_exists():
    """A typing error in `"correct" in acting.rights` would hide a button without a word."""
    named = {
        (path.name, right)
        for path in (HOUSE / "templates").rglob("*.html")
        for right in re.findall(r'"(\w+)" (?:not )?in acting\.rights', path.read_text(encoding="utf-8"))
    }
    assert named
    assert {right for _, right in named} <= set(Right), named
    by_role = {path.name for path in (HOUSE / "templates").rglob("*.html") if "acting.role" in path.read_text("utf-8")}
    assert not by_role, "a template asks what somebody may, never who he is"


def test_two_people_hold_whatever_needs_two():
    """Preparing and releasing are never one role's alone, so that a second person can be asked for."""
    for right in (Right.RELEASE, Right.ACCOUNTS, Right.REVALIDATE):
        assert len(that_may(right)) >= 2, right


@pytest.mark.django_db
def test_somebody_of_every_role_walks_the_access_matrix(request):
    for who in KNOCKERS:
        if who not in ("anonymous", "stranger"):
            request.getfixturevalue(who)
    assert set(Assignment.objects.values_list("role", flat=True)) == set(Role.values)


@pytest.mark.django_db
def test_somebody_fits_the_organisation_he_acts_for(venlo, food_bank, worker):
    assert misfit(Bound.PROGRAMME, None) == misfit(Bound.LIBRARY, venlo) == misfit(Bound.INTERMEDIARY, food_bank) == ""
    assert "hoort bij het programma" in misfit(Bound.PROGRAMME, venlo)
    assert "Kies de organisatie" in misfit(Bound.LIBRARY, None)
    assert "niet mee als bibliotheek" in misfit(Bound.LIBRARY, food_bank)
    assert "geen accreditatie" in misfit(Bound.INTERMEDIARY, venlo)
    assert {each.audience for each in Assignment.objects.all()} == {Audience.INTERMEDIARY}
