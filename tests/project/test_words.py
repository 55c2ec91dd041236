"""The words of the screens are made in one place each."""

import re
from pathlib import Path

from django.conf import settings

BY_HAND = re.compile(r"""(["'])[^"'{}]+\1 if [^"']{1,60} == 1 else f?(["'])""")
PACKAGES = ("kbl", "vouchers", "intermediaries", "libraries", "reporting")
# Its first year is called otherwise than the years after it: no plural.
OTHERWISE = {"kbl/start_pages/library_open_items.py"}


def found(files: list[Path], pattern: re.Pattern[str]) -> list[str]:
    """Where a text stands, as file and line."""
    return [
        f"{file.relative_to(settings.BASE_DIR)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]


def test_a_word_in_plural_is_chosen_in_one_place():
    """`counted` and `plural` of kbl/formats.py; Django's own `pluralize` says `5 vouchers` and never `12.500`."""
    python = [file for name in PACKAGES for file in sorted((settings.BASE_DIR / name).rglob("*.py"))]
    by_hand = [place for place in found(python, BY_HAND) if place.split(":")[0] not in OTHERWISE]
    assert by_hand == []
    templates = sorted((settings.BASE_DIR / "templates").rglob("*.*"))
    assert found(templates, re.compile(r"\|pluralize")) == []
