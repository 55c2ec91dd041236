"""What somebody who knocks at every door need not be shown at each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.core.handlers import exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotFound

from kbl import pdf
from kbl.accounts.access import Denied
from kbl.settlements.documents import statement_pdf
from tests.quick_paper import render_words


@contextmanager
def papers_in_words() -> Iterator[None]:
    """Everybody asks for the same papers: their words are made every time, their look by their own tests."""
    with (
        mock.patch.object(statement_pdf, "render", lambda statement: b"%PDF"),
        mock.patch.object(pdf, "render", render_words),
    ):
        yield


@contextmanager
def refusals_shown_once() -> Iterator[None]:
    """Whoever is sent away gets the page that says so once for each part of the site and each reason; then the answer
    alone. What is refused, and to whom, is decided anew at every knock."""
    in_earnest, shown = exception.response_for_exception, set()

    def answer(request: HttpRequest, why: Exception) -> HttpResponse:
        refused = {Http404: HttpResponseNotFound, Denied: HttpResponseForbidden}.get(type(why))
        part = request.resolver_match.namespace if request.resolver_match else None
        page = (part, type(why), str(why) if refused is HttpResponseForbidden else "")
        if refused is None or page not in shown:
            shown.add(page)
            return in_earnest(request, why)
        return refused()

    with mock.patch.object(exception, "response_for_exception", answer):
        yield
