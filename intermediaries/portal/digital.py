"""A digital voucher for a resident: one press of a button, and it stands there to be scanned, printed or kept."""

import io

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from intermediaries.access import handout_for, organisation_of
from intermediaries.accreditation import accreditation_on
from intermediaries.handouts import digital as rules
from intermediaries.handouts.digital import NothingLeft, StillBusy
from intermediaries.handouts.handout import HandoutRefused
from intermediaries.models import Handout
from intermediaries.portal.forms import DigitalForm
from kbl.accounts.access import Acting, ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import now, today
from vouchers.lifecycle import Overtaken
from vouchers.models import Batch, Voucher
from vouchers.paper.formats import CARD
from vouchers.paper.printed import PrintedVoucher
from vouchers.paper.screen import on_screen
from vouchers.public.texts import TEXTS

AGAIN = "Er was iemand tegelijk bezig. Er is niets meegegeven. Druk nog een keer."


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def digital(request: ActingRequest) -> HttpResponse:
    """How many there are, and the button. Pressing it twice gives one voucher."""
    organisation, on, at = organisation_of(request.acting), today(), now()
    form = DigitalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            made = rules.hand_out_next(organisation, on=on, by=request.acting.user, at=at, key=key)
            return redirect("intermediary:digital_voucher", pk=made.pk)
        except NothingLeft:
            messages.error(request, "Er ligt geen digitale voucher meer bij u. Bestel nieuwe bij Cubiss.")
        except (StillBusy, HandoutRefused, Overtaken):
            messages.error(request, AGAIN)
        return redirect("intermediary:digital")
    count = rules.digital_vouchers(organisation, on=on, today=on).count
    page = {"form": form, "count": count, "unaccredited": accreditation_on(organisation, on) is None}
    return render(request, "intermediary/digital.html", page)


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def digital_voucher(request: ActingRequest, pk: int) -> HttpResponse:
    """The voucher that was handed out, for the resident's phone, for the printer, or as a PDF."""
    made = _handout(request.acting, pk)
    if made.revoked_at:
        messages.info(request, "Deze uitreiking is teruggedraaid. De voucher ligt weer bij u.")
        return redirect("intermediary:digital")
    page = {"handout": made, "bon": on_screen(made.voucher), "t": TEXTS, "form": DigitalForm()}
    return render(request, "intermediary/digital_voucher.html", page)


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def digital_pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """The same voucher as a PDF."""
    from vouchers.paper.sheets import print_sheets  # only where sheets are made: see kbl/pdf

    made = _handout(request.acting, pk)
    if made.revoked_at:
        raise Http404
    out = io.BytesIO()
    printed = PrintedVoucher(made.voucher.number.digits, made.voucher.valid_until)
    print_sheets([printed], CARD, out, title="Waardebon", made_at=made.recorded_at, identifier=f"digital {made.pk}")
    name = content_disposition_header(False, f"waardebon-{made.voucher}.pdf") or ""
    return HttpResponse(out.getvalue(), content_type="application/pdf", headers={"Content-Disposition": name})


def _handout(acting: Acting, pk: int) -> Handout:
    """A hand-out of one's own, of a digital voucher that is not void. Raises Http404: a neighbour's is not there."""
    made = handout_for(acting, pk)
    if made.voucher.batch.medium != Batch.Medium.DIGITAL or made.voucher.status == Voucher.Status.VOID:
        raise Http404
    return made
