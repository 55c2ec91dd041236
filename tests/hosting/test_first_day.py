"""A host's first day: what the image holds, what the compose file passes on, and the first person who logs in."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from kbl.accounts.models import Role, User

HOUSE = Path(settings.BASE_DIR)
PASSWORD = "zomer-regen-fiets"


def image_like(folder: Path) -> Path:
    """A copy of what the image gets: the tracked files, less what .dockerignore leaves out."""
    ignored = (HOUSE / ".dockerignore").read_text().split()
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, tracked.split("\0")):
        parts = Path(name).parts
        if any(fnmatch.fnmatch(part, pattern.removeprefix("**/")) for pattern in ignored for part in parts[:1]):
            continue
        if (HOUSE / name).exists():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HOUSE / name, target)
    return folder


def test_the_books_can_be_checked_in_the_image(tmp_path):
    app = image_like(tmp_path / "app")
    assert not (app / "docs").exists() and not (app / "tests").exists()
    database = f"sqlite:///{tmp_path}/kbl.sqlite3"
    environment = {"DATABASE_URL": database, "SECRET_KEY": "x" * 50, "PATH": os.environ["PATH"]}
    for command in (["migrate"], ["load_programme", "programmes/limburg-2025-2027.toml"], ["check_books"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=app, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "De boeken kloppen" in done.stdout


def test_the_compose_file_passes_every_setting_on():
    read = set(re.findall(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']""", (HOUSE / "kbl" / "settings.py").read_text()))
    passed = set(re.findall(r"^    ([A-Z_]+):", (HOUSE / "docker-compose.yml").read_text(), re.MULTILINE))
    assert read - passed == {"DEBUG", "DEMO"}  # those two are for a developer's own machine


@pytest.mark.django_db
def test_the_first_coordinator_chooses_a_password_and_is_asked_for_a_second_step(client, programme, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    told = StringIO()
    call_command("first_coordinator", "Carla Jansen", "Carla@cubiss.example", stdout=told)
    link = re.search(r"https?://[^/]+(/\S+)", told.getvalue())[1]
    page = client.get(link, follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert done.status_code == 200
    client.post(reverse("account_login"), {"login": "carla@cubiss.example", "password": PASSWORD})
    home = client.get("/cubiss/", follow=True)
    assert home.status_code == 200 and "tweede stap" in home.content.decode()


@pytest.mark.django_db
def test_the_link_of_the_first_one_can_be_asked_again_until_it_was_used(coordinator):
    told = StringIO()
    call_command("first_coordinator", coordinator.name, coordinator.email, stdout=told)
    assert coordinator.name in told.getvalue()
    coordinator.last_login = coordinator.joined_at
    coordinator.save()
    with pytest.raises(CommandError, match="Er is al iemand van Cubiss"):
        call_command("first_coordinator", coordinator.name, coordinator.email)


@pytest.mark.django_db
def test_nobody_lets_himself_in_by_the_command(coordinator):
    with pytest.raises(CommandError, match="Er is al iemand van Cubiss"):
        call_command("first_coordinator", "Vreemd", "vreemd@voorbeeld.example")
    with pytest.raises(CommandError, match="geen e-mailadres"):
        call_command("first_coordinator", "Vreemd", "vreemd")
    assert not User.objects.filter(email="vreemd@voorbeeld.example").exists()


@pytest.mark.django_db
def test_djangos_own_command_makes_a_coordinator_and_nothing_more():
    call_command("createsuperuser", email="carla@cubiss.example", name="Carla", interactive=False)
    carla = User.objects.get()
    assert [each.role for each in carla.assignments.all()] == [Role.CUBISS_COORDINATOR] and not carla.is_superuser
