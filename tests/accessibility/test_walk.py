"""Two people see the same page when nothing differs but what always does: only then once is enough to look."""

import pytest

from kbl.accounts.models import User
from tests.accessibility.walk import same_look

CARLA, FRANK = (User(name=name, email=f"{name.lower()}@voorbeeld.example") for name in ("Carla", "Frank"))
PAGE = """<input type="hidden" name="csrfmiddlewaretoken" value="{token}"><p>Welkom, {who}.</p>
<img class="kbl-qr" src="data:image/svg+xml;base64,{token}=" alt="QR-code">
<strong class="kbl-secret">{token}</strong>"""


def _of(who: User, token: str, *more: str) -> str:
    return same_look(PAGE.format(token=token, who=who.name) + "".join(more), [CARLA, FRANK, None])


def test_the_same_page_of_two_people_is_one_look():
    assert _of(CARLA, "a1") == _of(FRANK, "b2")
    assert _of(CARLA, "a1", "<td>Door Frank (frank@voorbeeld.example)</td>") == _of(
        FRANK, "b2", "<td>Door Carla (carla@voorbeeld.example)</td>"
    )


@pytest.mark.parametrize(
    "more",
    [
        "<input>",
        "<td>Frank</td>",
        '<p id="a1"></p>',
        '<img src="data:image/svg+xml;base64,a1=">',
        '<strong class="kbl-secret" id="uw-sleutel">a1</strong>',
        "<h1>Frankrijk</h1>",
    ],
)
def test_a_page_with_anything_else_is_another(more):
    assert _of(CARLA, "a1", more) != _of(FRANK, "a1")


def test_what_else_is_written_differently_stays_different():
    assert _of(CARLA, "a1", '<img src="data:image/svg+xml;base64,a1=">') != _of(
        CARLA, "a1", '<img src="data:image/svg+xml;base64,b2=">'
    )
    assert _of(CARLA, "a1", "<h1>Frankrijk</h1>") != _of(CARLA, "a1", "<h1>Carlarijk</h1>")
