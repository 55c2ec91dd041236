"""The voucher's public page. The number comes in a POST or stays in the browser: no address and no log ever has it."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kbl.clock import now, today
from vouchers import numbers
from vouchers.numbers import LENGTH, NumberError, parse_number
from vouchers.paper.screen import on_screen
from vouchers.public.looking import NotShown, TooMany, show
from vouchers.public.texts import TEXTS

LONGEST = 200


# No cookie comes along and nothing changes, so there is nothing to forge; a token would need a cookie.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voucher(request: HttpRequest) -> HttpResponse:
    """Ask for a number and show its voucher: a whole page, or for the page's own script only the answer."""
    texts = TEXTS["nl"]
    page: dict = {"t": texts, "number_length": LENGTH}
    status = 200
    if request.method == "POST":
        typed = request.POST.get("number", "")[:LONGEST]
        page["typed"] = typed
        status = _answer(request, typed, page)
    name = "public/_answer.html" if request.headers.get("X-Part") == "answer" else "public/voucher.html"
    with translation.override(texts["lang"]):
        response = render(request, name, page, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, typed: str, page: dict) -> int:
    """Put on the page what there is to say about a number; gives the status of the answer."""
    try:
        number = parse_number(typed)
        found = show(number, address=get_adapter().get_client_ip(request), on=today(), at=now())
    except NumberError as error:
        page["wrong"] = about(error, page["t"])
        return 422
    except NotShown:
        page["refused"] = True
        return 422
    except TooMany:
        page["wait"] = True
        return 429
    page["bon"] = on_screen(found)
    return 200


def about(error: NumberError, texts: dict) -> str:
    """What is wrong with what was typed."""
    match error:
        case numbers.WrongLength(digits=digits):
            return texts["short" if digits < LENGTH else "long"].format(digits=digits)
        case numbers.TypingError():
            return texts["typo"]
        case _:
            return texts["letters" if error.typed.strip() else "empty"]
