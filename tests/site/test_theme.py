"""The look can be read by everybody: contrasts computed from the theme, and no style or script inside a page."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
THEME = (ROOT / "static/theme/kbl.css").read_text()
# What becomes paper has no content security policy.
# The index of a quarter's file is opened from a folder, years from now: no server, no policy, no style sheet beside it.
OPENED_FROM_A_FOLDER = ROOT / "templates" / "cubiss" / "audit" / "quarter_file_index.html"
TEMPLATES = sorted(
    page
    for page in (ROOT / "templates").rglob("*.html")
    if page.parent.name not in {"documents", "mail"} and page != OPENED_FROM_A_FOLDER
)
LETTERS = sorted((ROOT / "templates" / "mail").glob("*.html"))
COLOURS = dict(re.findall(r"--kbl-([\w-]+): (#[0-9a-f]{6});", THEME))
TONES = ["success", "refusal", "attention", "plum"]
PAPERS = ["canvas", "surface", "sunken"]

TEXT = [
    *[("ink", paper) for paper in PAPERS],
    *[("ink-soft", paper) for paper in [*PAPERS, "petrol-50", "petrol-100", *(f"{tone}-soft" for tone in TONES)]],
    *[(tone, f"{tone}-soft") for tone in TONES],
    *[("petrol-700", paper) for paper in [*PAPERS, "petrol-50", "petrol-100"]],
    *[("surface", paper) for paper in ["petrol-700", "petrol-800", "petrol-900", "success", "refusal"]],
    ("petrol-100", "petrol-800"),
    ("petrol-100", "petrol-900"),
    ("petrol-200", "petrol-900"),
    ("ink", "marigold"),
    ("ink", "marigold-light"),
    ("refusal", "surface"),
]
EDGES = [
    *[("edge", paper) for paper in PAPERS],
    *[("ink", paper) for paper in [*PAPERS, "marigold"]],  # the focus ring on paper
    ("marigold", "petrol-900"),
    ("petrol-600", "surface"),
    ("petrol-600", "petrol-100"),
]


def luminance(colour: str) -> float:
    channels = [int(pair, 16) / 255 for pair in re.findall("..", colour.removeprefix("#"))]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2."""
    dark, light = sorted([luminance(COLOURS[one]), luminance(COLOURS[other])])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_can_be_read(ink, paper):
    assert contrast(ink, paper) >= 4.5


@pytest.mark.parametrize(("edge", "paper"), EDGES)
def test_borders_and_focus_can_be_seen(edge, paper):
    assert contrast(edge, paper) >= 3


def test_this_measure_can_fail():
    assert contrast("line", "surface") < 3


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_no_style_or_script_inside_a_page(page):
    """The content security policy would refuse it, silently for the one who wrote it."""
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", page.read_text())


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.name)
def test_a_letter_has_its_style_at_its_words_and_no_script(letter):
    """Programs for mail know no style sheets; nor may a letter ask anything of another server."""
    text = letter.read_text()
    assert " style=" in text and not re.search(r"<style|<script|\son[a-z]+=|javascript:|<img|url\(", text)


def test_what_is_opened_from_a_folder_has_its_style_and_no_script():
    index = OPENED_FROM_A_FOLDER.read_text()
    assert "<style>" in index and not re.search(r"<script|\son[a-z]+=|javascript:|https?://", index)


def test_every_icon_is_in_the_sprite():
    packages = tomllib.loads((ROOT / "static/vendor/MANIFEST.toml").read_text())["package"]
    known = set(next(each["icons"] for each in packages if each["name"] == "Lucide"))
    used = {name for page in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', page.read_text())}
    assert used <= known


def test_headings_do_not_skip_a_level():
    """Within one template; what the parts add is checked in the browser."""
    for page in TEMPLATES:
        levels = [int(level) for level in re.findall(r"<h([1-6])", page.read_text())]
        assert all(after - before <= 1 for before, after in pairwise(levels)), page
