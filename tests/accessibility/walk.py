"""Which pages there are to look at: every route that a role may open, walked from the URL conf."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse

from kbl.accounts.models import User
from tests.access import test_access_matrix
from tests.access.world import ROLES, address, routes
from tests.browser_support import session_of

MATRIX = tomllib.loads(Path(test_access_matrix.__file__).with_name("matrix.toml").read_text(encoding="utf-8"))

# What opens and yet is no page. A route that gives no page and is not here fails the walk.
A_FILE, A_PART, GOES_ON = "a file to keep", "a part of a page, brought in by htmx", "leads to another page"
NO_PAGE = {
    "home": GOES_ON,
    "offline_worker": "a script",
    "health_alive": A_FILE,
    "health_ready": A_FILE,
    "health_everything": A_FILE,
    "account_set_password": GOES_ON,
    "mfa_authenticate": "only between the password and the second step: tests/accounts/test_login_pages.py",
    # The last test of test_every_page.py looks at these as somebody who has a second step.
    "mfa_reauthenticate": GOES_ON,
    "beheer:jsi18n": "a script of the admin's own",
    "cubiss:choose": A_PART,
    "cubiss:stock_overview_file": A_FILE,
    "cubiss:discrepancies_file": A_FILE,
    "cubiss:order_packing_list": A_FILE,
    "cubiss:document": A_FILE,
    "cubiss:statement_einvoice": A_FILE,
    "cubiss:statement_overview": A_FILE,
    "cubiss:payment_file": A_FILE,
    "cubiss:job_file": A_FILE,
    "cubiss:closing_progress": A_PART,
    "cubiss:fund_evidence": A_FILE,
    "cubiss:fund_budget_file": A_FILE,
    "cubiss:journal_file": A_FILE,
    "cubiss:intake_example": A_FILE,
    "cubiss:intake_download": A_FILE,
    "cubiss:current_figures_csv": A_FILE,
    "cubiss:audit_facts_file": A_FILE,
    "cubiss:audit_money_file": A_FILE,
    "cubiss:report_document": A_FILE,
    "cubiss:report_chart": A_FILE,
    "cubiss:edition_file": A_FILE,
    "cubiss:interim_file": A_FILE,
    "cubiss:monitor_file": A_FILE,
    "cubiss:monitor_library_file": A_FILE,
    "cubiss:dashboard_csv": A_FILE,
    "cubiss:flows_file": A_FILE,
    "cubiss:white_spots_file": A_FILE,
    "cubiss:report_part": A_FILE,
    "cubiss:payment_request_file": A_FILE,
    "cubiss:survey_poster": A_FILE,
    "cubiss:forecast_csv": A_FILE,
    "library:survey_poster": A_FILE,
    "cubiss:order_ship": "only with numbers to ship: tests/intermediaries/orders",
    "intermediary:digital_pdf": A_FILE,
    "intermediary:order_packing_list": A_FILE,
    "intermediary:tally": A_FILE,
    "intermediary:statement_document": A_FILE,
    "intermediary:statement_einvoice": A_FILE,
    "intermediary:progress_file": A_FILE,
    "library:monitor_file": A_FILE,
    "library:progress_file": A_FILE,
    "library:survey_code": A_FILE,
    "library:desk_check": GOES_ON,
    "library:desk_redeem": GOES_ON,
    "library:statement_document": A_FILE,
    "library:statement_einvoice": A_FILE,
    "municipality:chart_file": A_FILE,
    "municipality:report": A_FILE,
    "province:monitor_file": A_FILE,
    "province:payment_request_file": A_FILE,
    "province:report_document": A_FILE,
    "province:report_chart": A_FILE,
    "province:report_file": A_FILE,
    "province:interim_file": A_FILE,
}


@dataclass(frozen=True)
class Stop:
    """A page of somebody: where, the session that opens it, and what the site answered."""

    route: str
    role: str
    url: str
    session: str
    answer: HttpResponse


def sort_of(answer) -> str:
    """What a GET was answered with, in the words of NO_PAGE."""
    if answer.status_code in (301, 302):
        return GOES_ON
    if "attachment" in answer.get("Content-Disposition", "") or not answer["Content-Type"].startswith("text/html"):
        return A_FILE
    return "" if b"<html" in answer.content else A_PART


# What differs at every visit: a token, a key of a form, the secret of a second step and its picture.
AT_EVERY_VISIT = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|[0-9a-f]{8}-[0-9a-f-]{27}'
    r'|(?<=class="kbl-secret">)\w+|(?<=class="kbl-qr" src=")data:image/svg\+xml;base64,[\w+/=]+'
)


def same_look(html: str, people: Iterable[User | None]) -> str:
    """A page without what differs at every visit or is only somebody's name: one place for whoever's it is."""
    html = AT_EVERY_VISIT.sub("", html)
    known = [user for user in people if user]
    for names, place in (([user.email for user in known], "@"), ([user.name for user in known], "?")):
        html = re.sub(rf"\b({'|'.join(map(re.escape, names))})\b", place, html) if names else html
    return html


def stops(
    people: dict[str, User | None], things: dict[str, object], *, part: int = 0, of: int = 1
) -> Iterator[Stop | str]:
    """Every page of everybody, once; a colleague who sees the very same page does not look again.

    Instead of a page, a sentence about a route that cannot be looked at and does not say why. The routes are dealt out
    over `of` parts, for as many tests: this gives one of these.
    """
    seen: set[str] = set()
    clients = {role: session_of(user) for role, user in people.items()}
    for route in list(routes())[part::of]:
        row = MATRIX["routes"][route]
        url, sorts = address(route, row.get("args", {}), things), set()
        for role, client in clients.items():
            if row["get"].replace(" ", "")[ROLES.index(role)] != "o":
                continue
            answer = client.get(url)
            sorts.add(sort_of(answer))
            if sort_of(answer):
                continue
            look = same_look(answer.content.decode(), people.values())
            if look not in seen:
                seen.add(look)
                cookie = client.cookies.get("sessionid")
                yield Stop(route, role, url, cookie.value if cookie else "", answer)
        if "" in sorts and route in NO_PAGE:
            yield f"{route} is a page after all: take it out of NO_PAGE"
        if sorts and "" not in sorts and route not in NO_PAGE:
            yield f"{route} is no page but {', '.join(sorts)}: put it in NO_PAGE with a reason, or give it an example"
