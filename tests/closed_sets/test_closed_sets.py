"""No silent default: every member of every closed set has what its set needs, and one that is planted is reported."""

import re
from enum import Enum
from pathlib import Path

import pytest
from django.conf import settings

from tests.closed_sets.register import REGISTER
from tests.closed_sets.walking import Facet, closed_sets, planted, unfinished

pytestmark = [pytest.mark.django_db]

SETS = closed_sets()


def test_every_closed_set_of_the_house_is_whole():
    assert len(SETS) > 60, "the walk sees the house"
    assert "\n".join(unfinished(SETS, REGISTER)) == ""


def test_a_set_without_a_row_is_reported():
    class Weather(Enum):
        SUN = "sun"

    assert unfinished([*SETS, Weather], REGISTER) == [
        f"{__name__}.{Weather.__qualname__} has no row in the register",
    ]
    stale = dict.fromkeys([Weather], ())
    assert unfinished([], stale) == [f"{__name__}.{Weather.__qualname__} stands in the register and is no closed set"]


@pytest.mark.parametrize("closed", SETS, ids=lambda each: each.__qualname__)
def test_a_planted_member_is_reported_by_every_facet(closed):
    """The proof that no facet has a silent default: what nobody thought of gets no sentence of another."""
    stranger = planted(closed)
    forgiving = [facet.name for facet in REGISTER[closed] if not facet.lacks(stranger)]
    assert not forgiving, f"{stranger!r} falls into another's {forgiving}"


def test_a_facet_that_a_member_is_said_not_to_have_is_not_there():
    class Weather(Enum):
        SUN = "sun"
        RAIN = "rain"

    sentences = {Weather.SUN: "De zon schijnt.", Weather.RAIN: "Het regent."}
    facet = Facet("sentence", sentences.get, frozenset({Weather.RAIN}))
    assert unfinished([Weather], {Weather: (facet,)}) == [
        f"{Weather.RAIN!r} has a sentence, and is said to have none",
    ]


# --- templates ---------------------------------------------------------------------------------------------------

TAG = re.compile(r"{%\s*(if|elif|else|endif)\b(.*?)%}")
COMPARED = re.compile(r"([\w.]+)\s*==\s*[\"'](\w+)[\"']")


def chains(text: str) -> list[tuple[list[str], bool]]:
    """Every if-chain of a template: the conditions of its branches, and whether it ends in `else`."""
    found, open_ones = [], []
    for tag, condition in TAG.findall(text):
        if tag == "if":
            open_ones.append([[condition], False])
        elif tag == "elif":
            open_ones[-1][0].append(condition)
        elif tag == "else":
            open_ones[-1][1] = True
        else:
            found.append(tuple(open_ones.pop()))
    return found


def silent(text: str) -> list[str]:
    """What a chain tells apart by value and leaves a rest of: a new value would get the words of `else`."""
    told = []
    for conditions, has_else in chains(text):
        compared = [{name for name, _ in COMPARED.findall(condition)} for condition in conditions]
        if has_else and len(conditions) > 1 and (same := set.intersection(*compared)):
            told += sorted(same)
    return told


# Where the rest is no other value but the general case, said with the value's own words.
GENERAL = {
    "_order_steps.html": ["step.status"],  # any other step is told by its label
    "field.html": ["kind"],  # any other field is a label with its widget
}


def test_no_template_leaves_the_rest_of_a_closed_set_to_else():
    templates = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
    offenders = {str(path.name): names for path in templates if (names := silent(path.read_text(encoding="utf-8")))}
    assert offenders == GENERAL


def test_a_planted_chain_is_found():
    inside = "{% if more %}y{% else %}z{% endif %}"
    chain = '{% if it.status == "a" %}x{% elif it.status == "b" %}' + inside + "{% else %}w{% endif %}"
    assert silent(chain) == ["it.status"]
    assert silent(chain.replace("{% else %}w", "")) == []
