"""Cubiss makes vouchers, in its own stock or straight for an intermediary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries.accreditation import NotAccredited
from intermediaries.office.stock_forms import BatchForm
from intermediaries.orders.batch_job import ask_for_batch
from intermediaries.sentences import about_accreditation
from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now
from kbl.jobs.fields import renew_key
from kbl.jobs.work import AlreadyAsked
from kbl.organisations.models import Programme
from vouchers.batches import BatchRefused
from vouchers.office.stock_changes import ONLY_COORDINATOR
from vouchers.sentences import about_batch


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def batch_new(request: HttpRequest) -> HttpResponse:
    """Ask for a batch, in our own stock or straight for an intermediary; the job's page shows how it goes."""
    form = BatchForm(request.POST or None, valid_until=Programme.current().ends_on)
    asked_before = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            job = ask_for_batch(
                data["intermediary"],
                count=data["count"],
                medium=data["medium"],
                valid_until=data["valid_until"],
                by=request.user,
                at=now(),
                key=data["key"],
            )
        except NotAccredited as refused:
            form.add_error("intermediary", about_accreditation(refused))
        except BatchRefused as refused:
            about_day = refused.reason == BatchRefused.Reason.ALREADY_EXPIRED
            form.add_error("valid_until" if about_day else "count", about_batch(refused))
        except AlreadyAsked as asked:
            asked_before = asked.job
            renew_key(form)
        else:
            return redirect("cubiss:job", pk=job.pk)
    page = {"form": form, "asked_before": asked_before}
    return render(request, "cubiss/batch_new.html", page, status=422 if form.errors or asked_before else 200)
