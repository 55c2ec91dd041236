"""Looking up and redeeming at the desk over HTTP, eight clients at once, beside bare Django doing the least of it.

The control is as bare, behind our whole middleware and with one rendered page (bench/control.py).

Ours is the whole thing: CSRF, CSP, roles, the books' question, guessing, conditional update, two facts, and the answer
as the desk's page shows it.
"""

from collections import defaultdict
from contextlib import ExitStack
from http import HTTPStatus
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from bench.http import CLIENTS, press, server
from bench.scratch import allocated
from bench.table import Measurement
from kbl.accounts.models import User
from kbl.clock import today
from kbl.organisations.models import Branch
from libraries.models import Enrolment
from vouchers.models import Voucher

PER_CLIENT = 60
SERVERS = {"ours": "settings", "control": "control_settings", "bare": "bare_settings"}
BARS = {"control": 0.55, "bare": 0.45}  # docs/quality.md asks the first; the second follows from what a control costs
CSRF = "b" * 32


def measure(rounds: int) -> list[Measurement]:
    """Ours, the control and bare take turns, looking and redeeming: answers per second, and how slow ours are."""
    headers, branch = log_in(), Branch.objects.get()
    rates: dict[str, list[float]] = defaultdict(list)
    times: dict[str, list[list[float]]] = defaultdict(list)
    with ExitStack() as stack:
        ports = {name: stack.enter_context(server(f"bench.{settings}")) for name, settings in SERVERS.items()}
        for number in range(rounds + 1):
            before = Enrolment.objects.count()
            for name, port in ports.items():
                for act, (rate, taken) in _press(name, port, headers, branch).items():
                    if number:  # the first round only warms up
                        rates[f"{name} {act}"].append(rate)
                        times[f"{name} {act}"].append(taken)
            if Enrolment.objects.count() - before != len(SERVERS) * CLIENTS * PER_CLIENT:
                raise RuntimeError("not every redemption is in the books")
    return [
        Measurement(
            f"{words}, beside {other}",
            rates[f"ours {act}"],
            rates[f"{other} {act}"],
            "/s",
            bar,
            more_is_better=True,
            note=_slowest(times[f"ours {act}"]),
        )
        for act, words in (("look", "lookup at the desk over HTTP"), ("redeem", "desk redemption over HTTP"))
        for other, bar in BARS.items()
    ]


def _press(name: str, port: int, headers: list[dict], branch: Branch) -> dict[str, tuple[float, list[float]]]:
    """A round on one server: each of its two buttons for fresh vouchers."""
    shares = fresh_vouchers()
    if name == "ours":
        return {
            "look": press(port, "/bibliotheek/controle/", _our_looks(shares), headers, _is_valid),
            "redeem": press(port, "/bibliotheek/inwisselen/", our_forms(shares, branch), headers, is_done),
        }
    return {
        "look": press(port, "/look/", _bare_looks(shares), headers, _is_there),
        "redeem": press(port, "/redeem/", _bare_forms(shares, branch), headers, _is_redeemed),
    }


def _slowest(rounds: list[list[float]]) -> str:
    half, most, nearly_all = percentiles(rounds)
    return f"p50 {half:.0f}, p95 {most:.0f}, p99 {nearly_all:.0f} ms at {CLIENTS} clients"


def percentiles(rounds: list[list[float]]) -> list[float]:
    """Milliseconds that 50, 95 and 99 of a hundred answers stay under, in the middle round; each round is in order."""
    return [median(times[int(len(times) * share / 100)] for times in rounds) * 1000 for share in (50, 95, 99)]


def log_in() -> list[dict]:
    """A session for each of the eight clerks, as the headers that their browsers send."""
    clerks = User.objects.filter(email__startswith="balie").order_by("pk")[:CLIENTS]
    return [{**cookies(each), "X-CSRFToken": CSRF, "HX-Request": "true"} for each in clerks]


def cookies(user: User) -> dict:
    """A session for this user, as logging in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"}


def fresh_vouchers(each: int = PER_CLIENT) -> list[list[Voucher]]:
    """Fresh vouchers, a share for each client."""
    serials = allocated(CLIENTS * each)
    vouchers = list(Voucher.objects.within(serials))
    return [vouchers[place::CLIENTS] for place in range(CLIENTS)]


def _our_looks(shares: list[list[Voucher]]) -> list[list[dict]]:
    return [[{"number": each.number.digits} for each in share] for share in shares]


def _bare_looks(shares: list[list[Voucher]]) -> list[list[dict]]:
    return [[{"serial": each.pk} for each in share] for share in shares]


def our_forms(shares: list[list[Voucher]], branch: Branch) -> list[list[dict]]:
    """What the desk's page sends when the clerk presses the button."""
    return [
        [
            {"number": each.number.digits, "kind": "new", "on": today(), "branch": branch.pk, "key": uuid4()}
            for each in share
        ]
        for share in shares
    ]


def _bare_forms(shares: list[list[Voucher]], branch: Branch) -> list[list[dict]]:
    return [
        [{"serial": each.pk, "library": branch.organisation_id, "branch": branch.pk} for each in share]
        for share in shares
    ]


def _is_valid(status: int, body: bytes) -> bool:
    return status == HTTPStatus.OK and b"voucher is geldig" in body


def _is_there(status: int, body: bytes) -> bool:
    return status == HTTPStatus.OK and b"allocated" in body


def is_done(status: int, body: bytes) -> bool:
    """Whether the desk's page says that it is redeemed."""
    return status == HTTPStatus.OK and b"laar" in body and b"refused" not in body


def _is_redeemed(status: int, body: bytes) -> bool:
    return status == HTTPStatus.OK and (b'"redeemed": 1' in body or b"redeemed&quot;: 1" in body)
