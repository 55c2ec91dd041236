"""What holds for every page of somebody who is logged in."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kbl.accounts.access import assignments
from kbl.accounts.roles import OFFICE_ROLES

Answer = Callable[[HttpRequest], HttpResponse]


class NoStoreMiddleware:
    """Answers to somebody who is logged in carry `no-store`: Back after log-out shows nothing (docs/threats.md, 23)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response


class SecondFactorMiddleware:
    """Who can reach money or other organisations logs in with a second step: Cubiss' own people (docs/quality.md).

    Without one they get no further than the page where they set it up. Others are offered it. `SECOND_FACTOR_REQUIRED`
    is off in the demonstration only.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and not request.path.startswith("/account/") and self._lacks_it(request):
            messages.warning(request, "Zet eerst een tweede stap aan. Daarna kunt u verder.")
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _lacks_it(request: HttpRequest) -> bool:
        if not request.user.is_authenticated or not any(each.role in OFFICE_ROLES for each in assignments(request)):
            return False
        return not is_mfa_enabled(request.user)
