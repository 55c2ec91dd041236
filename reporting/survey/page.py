"""The survey's public page, `/enquete/<bibliotheek>/`: five questions on a phone, in seven languages.

No login, no cookie. A card's code stands behind `#` in its address: no server and no log sees it before it is sent
along with the answers.
"""

from collections.abc import Mapping

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kbl.clock import now, today
from libraries.models import Participation
from reporting.survey.answering import CardUsed, NothingAnswered, TooManyAnswers, answer, surveyed
from reporting.survey.questions import Question
from reporting.survey.texts import QUESTIONS, TEXTS, WORDS
from vouchers.public.languages import PARAMETER, language_of, languages
from vouchers.public.texts import TEXTS as OF_THE_VOUCHER

THANKS = "dank"
LONGEST_CARD = 40


# No cookie comes along, so there is nobody's session to abuse; a token would need a cookie.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, library: str) -> HttpResponse:
    """Show the questions, or keep what was answered and say thank you."""
    try:
        asked_about = surveyed(library, today())
    except Participation.DoesNotExist as stranger:
        raise Http404 from stranger
    language = language_of(request)
    here = f"?{PARAMETER}={language.code}"
    said = {question: request.POST.get(question.value, "") for question in Question}
    page: dict = {
        "t": TEXTS,
        "top": OF_THE_VOUCHER,
        "language": language,
        "languages": [(each, f"?{PARAMETER}={each.code}") for each in languages()],
        "here": here,
        "library": asked_about,
        "thanks": THANKS in request.GET,
        "card": request.POST.get("card", "")[:LONGEST_CARD],
        "questions": _questions(said),
    }
    status = 200
    with translation.override(language.code):
        if request.method == "POST":
            status = _keep(request, asked_about, said, page)
            if status == 200:
                return HttpResponseRedirect(f"{request.path}{here}&{THANKS}=1")
        response = render(request, "public/survey.html", page, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Language"] = language.code
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _keep(request: HttpRequest, library, said: Mapping[Question, str], page: dict) -> int:
    """Keep the answers, or put on the page why not; gives the status. What was chosen stays chosen."""
    at = now()
    try:
        answer(library, said, card=page["card"], address=get_adapter().get_client_ip(request), on=today(), at=at)
    except (NothingAnswered, ValueError):
        page["sorry"] = (TEXTS["wrong"], TEXTS["nothing"])
        return 422
    except CardUsed:
        page["sorry"] = (TEXTS["used"], TEXTS["used_next"])
        return 409
    except TooManyAnswers:
        page["sorry"] = (TEXTS["wait"], TEXTS["wait_next"])
        return 429
    return 200


def _questions(said: Mapping[Question, str]) -> list[dict]:
    return [
        {
            "name": question.value,
            "words": QUESTIONS[question],
            "answers": [(each.value, WORDS[each], said[question] == each.value) for each in question.answers],
        }
        for question in Question
    ]
