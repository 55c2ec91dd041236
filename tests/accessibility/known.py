"""What the site answered already goes to the browser as it is: a page that was compared need not be made again."""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import pytest
from django.http import HttpResponse


class KnownAnswers:
    """In front of the site that a browser visits: one page at a time is known. All else the site answers itself."""

    def __init__(self, site) -> None:
        self.site = site
        self.path, self.answer = "", HttpResponse()
        self.given = 0

    def know(self, path: str, answer: HttpResponse) -> None:
        """Whoever opens this path from now on gets this answer, with the headers that it came with."""
        self.path, self.answer = unquote(path), answer

    def __call__(self, environ: dict, start_response) -> Iterable[bytes]:
        # Only who opens the page: what a script on it asks of the same address is asked of the site.
        path = environ["PATH_INFO"].encode("latin-1").decode()
        if path != self.path or environ.get("HTTP_SEC_FETCH_DEST") != "document":
            return self.site(environ, start_response)
        self.given += 1
        start_response(f"{self.answer.status_code} {self.answer.reason_phrase}", list(self.answer.items()))
        return [self.answer.content]


@pytest.fixture
def known(live_server) -> Iterator[KnownAnswers]:
    """The site that the browsers of this test visit, with `known.know(path, answer)`."""
    server = live_server.thread.httpd
    site = server.get_app()
    known = KnownAnswers(site)
    server.set_app(known)
    yield known
    server.set_app(site)
