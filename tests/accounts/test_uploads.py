"""Every page that takes a file counts it: an account has so many read in a quarter of an hour, whatever the page."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kbl.accounts import uploads
from kbl.accounts.uploads import TOO_MANY_FILES
from tests.conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

ROOMS = ["kbl", "vouchers", "intermediaries", "libraries", "reporting"]
# Where a file is sent to, and by whom: the walk finds every other place.
PAGES = {
    "intermediaries.portal.hand_out": ("intermediary:hand_out", [], "worker"),
    "kbl.intake.views": ("cubiss:intake_kind", ["organisaties"], "coordinator"),
    "kbl.payments.office.bank": ("cubiss:bank_import", [], "finance"),
    "kbl.settlements.office.costs": ("cubiss:fund_cost", [], "finance"),
}


def taking_files() -> dict[str, ast.Module]:
    """The modules that look at the files of a request."""
    found = {}
    for room in ROOMS:
        for path in (project.BASE_DIR / room).rglob("*.py"):
            if ".FILES" in (text := path.read_text()):
                found[".".join(Path(path).relative_to(project.BASE_DIR).with_suffix("").parts)] = ast.parse(text)
    found.pop("kbl.accounts.uploads")
    return found


def test_every_page_that_takes_a_file_counts_it():
    found = taking_files()
    assert set(found) == set(PAGES), "a new page with a file: count it, and add it here"
    for name, module in found.items():
        for view in [each for each in module.body if isinstance(each, ast.FunctionDef)]:
            names = {each.attr for each in ast.walk(view) if isinstance(each, ast.Attribute)}
            calls = {each.id for each in ast.walk(view) if isinstance(each, ast.Name)}
            assert "FILES" not in names or "refused_file" in calls, f"{name}.{view.name} takes a file and counts none"


@pytest.mark.parametrize("page", PAGES)
def test_a_file_too_many_is_not_read(page, request, settings, programme):
    name, args, who = PAGES[page]
    client = Client()
    client.force_login(request.getfixturevalue(who), backend="allauth.account.auth_backends.AuthenticationBackend")
    settings.UPLOADS_PER_QUARTER_HOUR = 0
    file = SimpleUploadedFile("x.csv", b"Nummer\n1\n")
    answer = client.post(reverse(name, args=args), {"file": file, "document": file})
    assert TOO_MANY_FILES in answer.content.decode()


def test_each_account_has_its_own_count_and_each_quarter_of_an_hour_a_new_one(coordinator, finance, settings):
    settings.UPLOADS_PER_QUARTER_HOUR = 2
    cache.clear()
    begin = at(date(2026, 10, 6))  # on the hour
    last = begin + timedelta(seconds=uploads.WINDOW - 1)
    assert [uploads.may_read_file(coordinator, at=moment) for moment in (begin, begin, last)] == [True, True, False]
    assert uploads.may_read_file(finance, at=last), "another's files are not his"
    assert uploads.may_read_file(coordinator, at=last + timedelta(seconds=1))


def test_a_page_without_a_file_counts_none(coordinator, settings, rf):
    settings.UPLOADS_PER_QUARTER_HOUR = 1
    cache.clear()
    request = rf.post("/", {"file": SimpleUploadedFile("x.csv", b"1")})
    without = rf.post("/")
    request.user = without.user = coordinator
    moment = at(date(2026, 10, 6))
    told = [uploads.refused_file(each, at=moment) for each in (without, without, request, request, without)]
    assert told == ["", "", "", TOO_MANY_FILES, ""]
