"""The voucher's public page, `/v/`: the voucher itself, in seven languages, and where to take it.

The number comes in a POST or stays in the browser: no address and no log ever has it. The page has a room of
its own because it shows libraries too, which the vouchers know nothing of.
"""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kbl.clock import now, today
from kbl.organisations.models import Municipality
from libraries.places import BranchPlace, places_for
from vouchers.numbers import NumberError, parse_number
from vouchers.paper.screen import on_screen
from vouchers.public.languages import PARAMETER, Language, language_of, languages
from vouchers.public.showing import NotShown, TooMany, show
from vouchers.public.texts import TEXTS, written
from vouchers.sentences import mistake_in_one_number

LONGEST = 200
# The page's own script asks for a piece only.
PARTS = {"answer": "public/_answer.html", "libraries": "public/_libraries.html"}


# No cookie comes along and nothing changes, so there is nothing to forge; a token would need a cookie.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voucher(request: HttpRequest) -> HttpResponse:
    """Ask for a number and show its voucher: a whole page, or for the page's own script only a piece of it."""
    language = language_of(request)
    part = request.headers.get("X-Part", "")
    with translation.override(language.code):
        page: dict = {"t": TEXTS, "top": TEXTS, "language": language, "here": f"?{PARAMETER}={language.code}"}
        status = 200
        if request.method == "POST":
            typed = request.POST.get("number", "")[:LONGEST]
            page["typed"] = typed
            status = _answer(request, typed, page)
        if part != "answer":
            page |= _surroundings(request, language)
        response = render(request, PARTS.get(part, "public/voucher.html"), page, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Language"] = language.code
    patch_vary_headers(response, ["Accept-Language", "X-Part"])
    return response


def _answer(request: HttpRequest, typed: str, page: dict) -> int:
    """Put on the page what there is to say about a number; gives the status of the answer."""
    try:
        number = parse_number(typed)
        found = show(number, address=get_adapter().get_client_ip(request), on=today(), at=now())
    except NumberError as error:
        page["wrong"] = about(error)
        return 422
    except NotShown:
        page["refused"] = True
        return 422
    except TooMany:
        page["wait"] = True
        return 429
    page["bon"] = on_screen(found) | {"until_written": written(found.valid_until)}
    return 200


def about(error: NumberError) -> str:
    """What is wrong with what was typed."""
    return TEXTS[mistake_in_one_number(error)].format(digits=error.count)


def _surroundings(request: HttpRequest, language: Language) -> dict:
    """The choice of a language and of a municipality, and the libraries of the one that was chosen."""
    municipalities = list(Municipality.objects.order_by("name"))
    code = request.POST.get("gemeente") or request.GET.get("gemeente", "")
    chosen = next((each for each in municipalities if each.code == code), None)
    kept = {"gemeente": chosen.code} if chosen else {}
    page: dict = {
        "languages": [(each, f"?{urlencode({PARAMETER: each.code, **kept})}") for each in languages()],
        "here": f"?{urlencode({PARAMETER: language.code, **kept})}",
        "municipalities": municipalities,
        "municipality": chosen,
    }
    if chosen:
        places = places_for(chosen, on=today())
        page["places_here"] = [(each, "" if each.open else _starts(each)) for each in places.here]
        page["places_near"] = [(each, "") for each in places.near]
        # In a line from right to left a name with brackets stays whole between these two.
        name = f"\N{FIRST STRONG ISOLATE}{chosen}\N{POP DIRECTIONAL ISOLATE}" if language.direction == "rtl" else chosen
        page["here_title"] = TEXTS["here"].format(municipality=name)
        page["not_here"] = "" if places.open_here else TEXTS["not_here"].format(municipality=name)
    return page


def _starts(place: BranchPlace) -> str:
    """From which day one can go there."""
    return TEXTS["from"].format(day=written(place.starts_on))
