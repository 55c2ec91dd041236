"""Somebody without a voucher at the desk: one action from the own stock, or the way to a voucher nearby."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from intermediaries.accreditation import NotAccredited
from intermediaries.handouts.available import available
from intermediaries.handouts.handout import HandoutRefused
from intermediaries.models import Accreditation
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.organisations.models import Branch, Organisation
from kbl.walk_in.sentences import about_walk_in
from kbl.walk_in.walk_in import DeskStockEmpty, can_walk_in
from kbl.walk_in.walk_in import walk_in as take_and_redeem
from libraries.desk_question import TooManyGuesses
from libraries.enrolment import KeyReused, VoucherRefused
from libraries.portal.desk import desk_branch, desk_branches, done, may_read_codes, show, sorry, told_at_the_day
from libraries.portal.forms import MembershipForm
from vouchers.lifecycle import Overtaken

# Somebody was quicker: the next press takes the next one.
JUST_GONE = "Deze voucher ging net weg. Druk nog een keer, dan nemen wij de volgende."


@may_read_codes
@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def walk_in(request: ActingRequest) -> HttpResponse:
    """Hand out and redeem in one press. Pressing twice gives the same answer."""
    at, branch = now(), desk_branch(request)
    today = local_day(at)
    if branch is None:
        return show(request)
    if not can_walk_in(branch, on=today):
        return show(request, "voucher_nearby", branch=branch, nearby=nearby(branch, on=today))
    if request.method == "GET":
        return _form(request, MembershipForm.blank(branches=desk_branches(request), branch=branch, on=today), today)
    form = MembershipForm(request.POST, branches=desk_branches(request))
    if not form.is_valid():
        return _form(request, form, today)
    asked = form.cleaned_data
    try:
        made = take_and_redeem(
            branch=asked["branch"],
            kind=asked["kind"],
            on=asked["on"],
            by=request.acting.user,
            at=at,
            key=asked["key"],
        )
    except (DeskStockEmpty, NotAccredited) as refused:
        return show(request, "refused", advice=about_walk_in(refused), walking_in=True)
    except HandoutRefused as refused:
        for each in refused.refused:
            form.add_error(*(("on", str(each.advice)) if each.advice.about_day else (None, JUST_GONE)))
        return _form(request, form, today)
    except Overtaken:
        form.add_error(None, JUST_GONE)
        return _form(request, form, today)
    except (VoucherRefused, TooManyGuesses, KeyReused) as refused:
        return _form(request, form, today) if told_at_the_day(form, refused) else sorry(request, refused)
    return done(request, made, from_stock=True)


def _form(request: ActingRequest, form: MembershipForm, today: date) -> HttpResponse:
    branch = desk_branch(request)
    in_stock = available(branch.organisation, on=today, today=today).count if branch else 0
    if not in_stock:
        return show(request, "refused", advice=about_walk_in(DeskStockEmpty()), walking_in=True)
    return show(request, "walk_in", form=form, in_stock=in_stock)


def nearby(branch: Branch, *, on: date) -> list[Organisation]:
    """Who may give somebody a voucher in the municipality of this branch."""
    accredited = Accreditation.objects.valid(on).filter(organisation__municipality=branch.municipality_id)
    return list(Organisation.objects.filter(pk__in=accredited.values("organisation")).order_by("name"))
