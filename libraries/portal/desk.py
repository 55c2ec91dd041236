"""The desk, with a queue waiting: number, answer, choice, done. With htmx only the answer comes; without, the page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import assert_never

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.timezone import make_aware
from django.views.decorators.http import require_http_methods, require_safe

from kbl.accounts.access import Acting, ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now, today
from kbl.eligibility import Advice, NotEligible
from kbl.organisations.models import Branch, Programme
from libraries import enrolment, welcome
from libraries.access import enrolments_of, library_of
from libraries.desk_question import TooManyGuesses
from libraries.enrolment import KeyReused, VoucherRefused
from libraries.models import Enrolment
from libraries.portal.forms import MembershipForm, NumberForm, RedeemForm
from libraries.sentences import about_guesses, about_key
from vouchers.numbers import NumberError, parse_number
from vouchers.sentences import AT_THE_DESK, about_number

BRANCH = "desk_branch"
CARD_KEPT = 30  # seconds; so long a desk may still see the card as it was
# The camera's code reader is WebAssembly from our own server; only the desk's pages may start it.
may_read_codes = csp_update({"script-src": [WASM_UNSAFE_EVAL]})


@may_read_codes
@requires_audience(Audience.LIBRARY)
@require_safe
def desk(request: ActingRequest) -> HttpResponse:
    """One field with the focus."""
    return show(request)


@may_read_codes
@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def check(request: ActingRequest) -> HttpResponse:
    """What is this number, and what to do now? Somebody who reloads comes back to the desk."""
    if request.method == "GET":
        return redirect("library:desk")
    typed, branch, at = request.POST.get("number", ""), desk_branch(request), now()
    if branch is None:
        return show(request)
    try:
        number = parse_number(typed)
        voucher = enrolment.check(number, branch=branch, on=local_day(at), by=request.acting.user, at=at)
    except (NumberError, VoucherRefused, TooManyGuesses) as refused:
        return sorry(request, refused, typed=typed)
    form = RedeemForm.blank(branches=desk_branches(request), branch=branch, on=local_day(at), number=number.digits)
    return show(request, "valid", typed=typed, form=form, number=voucher.number, valid_until=voucher.valid_until)


@may_read_codes
@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def redeem(request: ActingRequest) -> HttpResponse:
    """Make the membership. Pressing twice, or again after a lost connection, gives the same answer."""
    if request.method == "GET":
        return redirect("library:desk")
    form, at = RedeemForm(request.POST, branches=desk_branches(request)), now()
    typed = request.POST.get("number", "")
    try:
        number = parse_number(typed)
        if not form.is_valid():
            return show(request, "valid", typed=typed, form=form, number=number)
        asked = form.cleaned_data
        made = enrolment.redeem(
            number,
            branch=asked["branch"],
            kind=asked["kind"],
            on=asked["on"],
            by=request.acting.user,
            at=at,
            key=asked["key"],
        )
    except (NumberError, VoucherRefused, TooManyGuesses, KeyReused) as refused:
        if not told_at_the_day(form, refused):
            return sorry(request, refused, typed=typed)
        return show(request, "valid", typed=typed, form=form, number=number)
    return done(request, made)


def told_at_the_day(form: MembershipForm, refused: Exception) -> bool:
    """Say beside the day that it is what is wrong, if it is; whatever else was filled in stays."""
    if not isinstance(refused, NotEligible) or not refused.advice.about_day:
        return False
    form.add_error("on", str(refused.advice))
    return True


def desk_branches(request: ActingRequest) -> Sequence[Branch]:
    """The branches where somebody may enrol; they came with the role."""
    return request.acting.branches


def desk_branch(request: ActingRequest) -> Branch | None:
    """The branch that the desk is at: as chosen last, else the user's own, else the first; None without branches."""
    own = request.acting.branch.pk if request.acting.branch else 0
    known = {branch.pk: branch for branch in desk_branches(request)}
    return known.get(request.session.get(BRANCH, 0)) or known.get(own) or next(iter(known.values()), None)


def done(request: ActingRequest, made: Enrolment, *, from_stock: bool = False) -> HttpResponse:
    """The big yes. The field is empty again for the next visitor."""
    if request.session.get(BRANCH) != made.branch_id:  # a session is only written when it says something new
        request.session[BRANCH] = made.branch_id
    card = _welcome(made.library_id, int(made.recorded_at.timestamp()) // CARD_KEPT)
    return show(request, "done", made=made, from_stock=from_stock, welcome=card)


@lru_cache(maxsize=256)
def _welcome(library: int, _moment: int) -> SafeString:
    """The offerings of a library's card as HTML, kept for half a minute: a queue is waiting."""
    themes = welcome.by_theme(welcome.card(library))
    return render_to_string("library/desk/welcome_offers.html", {"themes": themes}) if themes else SafeString()


def sorry(
    request: ActingRequest, refused: NumberError | VoucherRefused | TooManyGuesses | KeyReused, *, typed: str = ""
) -> HttpResponse:
    """What was refused, with a next step; the number stays in the field."""
    status = 200
    match refused:
        case NumberError():
            advice = Advice("Dit nummer klopt nog niet", about_number(refused))
        case TooManyGuesses():
            advice, status = about_guesses(refused), 429
        case KeyReused():
            advice = about_key(refused)
        case VoucherRefused():
            own = replace(refused.case, own_since=_our_own(request, refused))
            advice = refused.ground.says(own)
        case _:
            assert_never(refused)
    return show(request, "refused", status=status, typed=typed, advice=advice, typing=isinstance(refused, NumberError))


def _our_own(request: ActingRequest, refused: VoucherRefused) -> date | None:
    """The first day of the membership that this library made with the voucher; of others the desk hears nothing."""
    made = enrolments_of(request.acting).filter(voucher=refused.voucher, revoked_at__isnull=True)
    return made.values_list("on", flat=True).first() if refused.voucher else None


def _made_today(acting: Acting) -> int:
    """How many vouchers the library redeemed since midnight."""
    midnight = make_aware(datetime.combine(today(), time.min))
    return enrolments_of(acting).filter(recorded_at__gte=midnight, revoked_at__isnull=True).order_by().count()


def show(request: ActingRequest, answer: str = "", *, status: int = 200, typed: str = "", **context) -> HttpResponse:
    """The answer under the field; around it the whole desk, unless htmx asked for the answer only."""
    context["contact"] = SimpleLazyObject(Programme.current)  # most answers do not tell it
    if request.headers.get("HX-Request") == "true":
        return render(request, f"library/desk/{answer or 'no_branch'}.html", context | {"partial": True}, status=status)
    context |= {
        "library": library_of(request.acting),
        "number_form": NumberForm(initial={"number": "" if answer == "done" else typed}),
        "answer_template": f"library/desk/{answer}.html" if answer else None,
        "branch": desk_branch(request),
        "made_today": _made_today(request.acting),
        "check_url": reverse("library:desk_check"),
        "said": AT_THE_DESK,
    }
    return render(request, "library/desk.html", context, status=status)
