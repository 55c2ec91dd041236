"""Threat 21: every route x every role x a neighbour organisation, as the matrix says. A route without a row fails."""

import tomllib
from collections import Counter
from copy import copy
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from kbl import clock
from kbl.upkeep import heartbeats
from tests.access.addresses import ROLES, address, routes
from tests.access.once import papers_in_words, refusals_shown_once
from tests.access.world import knock
from tests.told_once import told_once

# Whoever knocks finds the same things: they are made once, and what a request does to them is taken back.
globals().update(told_once("things", *ROLES[1:], of=__package__))

MATRIX = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text(encoding="utf-8"))

OPEN = ("account", "health_", "offline", "public:", "survey:")  # what nobody logs in for


def test_the_matrix_has_a_row_for_every_route_and_no_other():
    assert MATRIX["roles"] == ROLES
    assert sorted(MATRIX["routes"]) == sorted(routes())


def test_every_row_says_something_about_everybody():
    for route, row in MATRIX["routes"].items():
        for method in ("get", "post"):
            assert len(row[method].replace(" ", "")) == len(ROLES), f"{route} {method}"
            assert row[method][0] == "l" or route.startswith(OPEN), f"{route} is open to anybody"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_finds_what_the_matrix_says(request, settings, things, role):
    # Who knocks is in the cookie itself, not in a row that is looked up at each of six hundred doors.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = Client(raise_request_exception=False)
    user = None if role == "anonymous" else request.getfixturevalue(role)
    if user:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    logged_in = copy(client.cookies)  # what a request does to the session is taken back with the rest
    for name in heartbeats.Name:  # a worker and a timetable that live: health says so to whoever asks
        heartbeats.sign(name, at=clock.now())
    place, wrong, asked = ROLES.index(role), [], Counter()

    def roles_asked(execute, sql, params, many, context):
        if '"accounts_assignment"."user_id" = ' in sql:
            asked[sql, str(params)] += 1
        return execute(sql, params, many, context)

    with papers_in_words(), refusals_shown_once(), connection.execute_wrapper(roles_asked):
        for route, row in MATRIX["routes"].items():
            url = address(route, row.get("args", {}), things)
            for method in ("get", "post"):
                client.cookies = copy(logged_in)
                asked.clear()
                found, expected = knock(client, method, url), row[method].replace(" ", "")[place]
                if found != expected:
                    wrong.append(f"{method} {route}: {found}, the matrix says {expected}")
                if method == "get" and max(asked.values(), default=0) > 1:
                    wrong.append(f"{method} {route}: the same roles were read more than once")
    assert not wrong, "\n".join(wrong)
