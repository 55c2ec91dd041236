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


# The views with which somebody comes in, goes out, or sets the second step up. By name: an address is what a proxy or a
# header (SCRIPT_NAME) makes of it.
WITHOUT_SECOND_STEP = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_index",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
    }
)


class SecondFactorMiddleware:
    """Who can reach money or other organisations logs in with a second step: Cubiss' own people (docs/quality.md).

    Without one they get no further than the page where they set it up. Others are offered it. `SECOND_FACTOR_REQUIRED`
    is off in the demonstration only. It is asked of the view that was found, reading and sending alike, never of the
    address.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Before any view runs. `resolver_match` is there: Django found the view by the path that it serves."""
        match = request.resolver_match
        if not settings.SECOND_FACTOR_REQUIRED or (match and match.view_name in WITHOUT_SECOND_STEP):
            return None
        if not self._lacks_it(request):
            return None
        messages.warning(request, "Zet eerst een tweede stap aan. Daarna kunt u verder.")
        return redirect("mfa_index")

    @staticmethod
    def _lacks_it(request: HttpRequest) -> bool:
        if not request.user.is_authenticated or not any(each.role in OFFICE_ROLES for each in assignments(request)):
            return False
        return not is_mfa_enabled(request.user)
