"""A host's first day: what the image holds, what the compose file passes on, and the first person who logs in."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from kbl.accounts.models import Role, User
from kbl.accounts.roles import Right
from tests.database import BYTECODE

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
            shutil.copy2(HOUSE / name, target)
    return folder


@pytest.fixture
def app(tmp_path) -> Iterator[Path]:
    """What the image gets, compiled already where bytecode is kept apart from the source: it is that of the house."""
    app = image_like(tmp_path / "app")
    if not sys.pycache_prefix:
        yield app
        return
    of_the_house, its_own = (Path(sys.pycache_prefix) / each.relative_to("/") for each in (HOUSE, app))
    its_own.parent.mkdir(parents=True, exist_ok=True)
    its_own.symlink_to(of_the_house)
    yield app
    its_own.unlink()


ENV_FILE = {
    "SECRET_KEY": "x" * 50,
    "POSTGRES_PASSWORD": "een-wachtwoord",
    "ALLOWED_HOSTS": "kbl.example",
    "SITE_URL": "https://kbl.example",
    "EMAIL_URL": "dummymail://",
    "FROM_EMAIL": "KBL <kbl@kbl.example>",
}


def as_compose_passes_it(given: dict[str, str]) -> dict[str, str]:
    """The environment of a container, as `docker compose config` works it out. Raises KeyError for what must be set."""

    def value(found: re.Match) -> str:
        name, what, default = found.groups()
        return given[name] if what == ":?" else given.get(name) or default

    text = (HOUSE / "docker-compose.yml").read_text()
    block = text[text.index("environment: &environment") : text.index("volumes: [series")]
    lines = re.findall(r"^    ([A-Z_]+): (.*)$", block, re.MULTILINE)
    return {name: re.sub(r"\$\{(\w+)(:-|:\?)([^}]*)\}", value, said).strip('"') for name, said in lines}


# To press every static file as small as it gets is half a minute of WhiteNoise's, and asked by nobody here.
UNCOMPRESSED = """
import manage
from whitenoise.compress import Compressor
Compressor.compress = lambda compressor, path: []
manage.main()
"""


def test_the_image_goes_live_by_its_own_commands(app, tmp_path):
    """Without docs/ and tests/, with the environment of the compose file, on a database that was empty."""
    assert not (app / "docs").exists() and not (app / "tests").exists()
    elsewhere = BYTECODE | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/kbl.sqlite3",
        "REDIS_URL": "",
        "KBL_SERIES_FILE": f"{tmp_path}/series.txt",
        "SEALS_FOLDER": f"{tmp_path}/zegels",
        "PATH": os.environ["PATH"],
    }
    environment = as_compose_passes_it(ENV_FILE) | elsewhere
    said = {}
    for command in (
        ["collectstatic", "--noinput", "--verbosity", "0"],
        ["migrate"],
        ["load_programme", "programmes/limburg-2025-2027.toml"],
        ["first_coordinator", "Carla Jansen", "carla@cubiss.example"],
        ["health"],
        ["check_books"],
    ):
        start = ["-c", UNCOMPRESSED] if command[0] == "collectstatic" else ["manage.py"]
        done = subprocess.run(
            [sys.executable, *start, *command], cwd=app, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said[command[0]] = done.stdout
    assert "De boeken kloppen" in said["check_books"]
    assert "https://kbl.example/account/wachtwoord/nieuw/" in said["first_coordinator"]


def test_the_compose_file_stops_without_what_must_be_set_and_says_what_settings_say_otherwise():
    for name in ENV_FILE:
        with pytest.raises(KeyError):
            as_compose_passes_it({key: value for key, value in ENV_FILE.items() if key != name})
    passed = as_compose_passes_it(ENV_FILE)
    assert passed["FROM_EMAIL"] == "KBL <kbl@kbl.example>" and passed["SECOND_FACTOR_REQUIRED"] == "true"
    assert passed["SEALS_FOLDER"].startswith("/var/lib/kbl/"), "on the volume, beside the database"
    plain = re.findall(
        r"""\benv\.int\(["']([A-Z_]+)["'], default=(\d+)\)""", (HOUSE / "kbl" / "settings.py").read_text()
    )
    assert len(plain) > 5 and all(passed[name] == default for name, default in plain)


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
    call_command("first_coordinator", coordinator.name, coordinator.email.upper(), stdout=told)
    assert coordinator.name in told.getvalue() and User.objects.count() == 1
    coordinator.last_login = coordinator.joined_at
    coordinator.save()
    with pytest.raises(CommandError, match="Er zijn al twee mensen van Cubiss"):
        call_command("first_coordinator", coordinator.name, coordinator.email)


@pytest.mark.django_db
@pytest.mark.both_engines
def test_an_installation_starts_with_two_who_are_two(coordinator):
    """Alone nobody could agree on anything: the host lets a second in, under a name and a box of his own."""
    for name, email in (("Car la", "twee@cubiss.example"), ("Coen", f"carla+2@{coordinator.email.split('@')[1]}")):
        with pytest.raises(CommandError, match="lijkt te veel"):
            call_command("first_coordinator", name, email)
    known = User.objects.create_user("coen@cubiss.example", name="Coen")
    call_command("first_coordinator", "Coen", "Coen@Cubiss.example", stdout=StringIO())
    assert set(User.objects.that_may(Right.ACCOUNTS)) == {coordinator, known}


@pytest.mark.django_db
@pytest.mark.both_engines
def test_nobody_lets_himself_in_by_the_command(coordinator, finance):
    with pytest.raises(CommandError, match="Er zijn al twee mensen van Cubiss"):
        call_command("first_coordinator", "Vreemd", "vreemd@voorbeeld.example")
    with pytest.raises(CommandError, match="geen e-mailadres"):
        call_command("first_coordinator", "Vreemd", "vreemd")
    assert not User.objects.filter(email="vreemd@voorbeeld.example").exists()


@pytest.mark.django_db
def test_djangos_own_command_makes_a_coordinator_and_nothing_more():
    call_command("createsuperuser", email="carla@cubiss.example", name="Carla", interactive=False)
    carla = User.objects.get()
    assert [each.role for each in carla.assignments.all()] == [Role.CUBISS_COORDINATOR] and not carla.is_superuser
