"""A template stands with who reads it, and takes pieces only from what the same reader may see."""

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

TEMPLATES = settings.BASE_DIR / "templates"
# Reader: whose templates it may build on. What stands in no folder is for everybody (errors, help, offline, the frame).
READERS = {
    "cubiss": {"shared", "province"},  # Cubiss reads the province's report before the province does
    "intermediary": {"party", "shared", "public"},  # a digital voucher is shown as its resident will see it
    "library": {"party", "shared"},
    "party": {"shared"},  # an intermediary and a library alike
    "shared": set(),  # Cubiss, a party and a municipality
    "municipality": {"shared"},  # it reads of the programme what every party reads
    "province": set(),
    "public": set(),
    "account": {"public"},  # allauth asks for these two by name, and Django for `admin`
    "mfa": {"account"},
    "admin": set(),
    "documents": {"province"},  # the report on paper says the same definitions
    "mail": set(),
    "parts": set(),  # what every page is built from
}
BUILT_ON = re.compile(r"""{%-? *(?:extends|include) +["']([^"']+)["']""")
WRITTEN = re.compile(r"""["']((?:[a-z]+/)+[a-z0-9_]+\.(?:html|txt))["']""")


def reader(name: str) -> str:
    """Whose a template is, by its path in templates/."""
    return name.split("/")[0] if "/" in name else ""


def names() -> list[str]:
    return [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*")) if path.is_file()]


def test_every_folder_is_a_reader():
    assert {reader(name) for name in names()} == {"", *READERS}


def test_a_template_builds_on_its_readers_own():
    wrong = []
    for name in names():
        own = reader(name)
        allowed = {"", "parts", own} | READERS.get(own, set(READERS))
        taken = BUILT_ON.findall((TEMPLATES / name).read_text())
        wrong += [f"{name} takes {each}" for each in taken if reader(each) not in allowed]
    assert wrong == []


def test_every_template_that_is_named_is_there():
    """A name that is put together while the page is made is left to that page's own test."""
    packages = ("kbl", "vouchers", "intermediaries", "libraries", "reporting")
    files: list[Path] = [file for package in packages for file in (settings.BASE_DIR / package).rglob("*.py")]
    named = {name for file in files for name in WRITTEN.findall(file.read_text()) if reader(name) in READERS}
    named |= {name for each in names() for name in BUILT_ON.findall((TEMPLATES / each).read_text())}
    assert len(named) > 150
    for name in sorted(named):
        get_template(name)
