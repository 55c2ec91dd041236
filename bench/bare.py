"""The bare engine: Django with a session and a user, one conditional update and one fact, and no rules at all."""

from datetime import date

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from libraries.models import Enrolment
from vouchers.models import Voucher


def redeem(request: HttpRequest) -> HttpResponse:
    """The voucher's row and one fact, answered in a few bytes."""
    user, serial = request.user, int(request.POST["serial"])
    assert user.is_authenticated
    with transaction.atomic():
        moved = Voucher.objects.filter(pk=serial, status="allocated").update(status="redeemed")
        if moved:
            Enrolment.objects.create(
                voucher_id=serial,
                library_id=request.POST["library"],
                branch_id=request.POST["branch"],
                kind="new",
                on=date(2026, 6, 1),
                recorded_by=user,
                recorded_at=timezone.now(),
            )
    return JsonResponse({"redeemed": moved})


def look(request: HttpRequest) -> HttpResponse:
    """The voucher's row, answered in a few bytes."""
    assert request.user.is_authenticated
    status = Voucher.objects.values_list("status", flat=True).get(pk=int(request.POST["serial"]))
    return JsonResponse({"status": status})


urlpatterns = [path("redeem/", redeem), path("look/", look)]
