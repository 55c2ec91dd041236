"""Several offices under one parent (Volwassenenfonds): what each has, gave and will declare, and all of it together.

Only who acts for the parent comes here. An office sees its own pages and knows nothing of this one, nor of the others.
"""

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from intermediaries.models import Handout
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Statement
from kbl.settlements.statements.steps import statements_of
from kbl.start_pages.declaring import ToDeclare, added_up, portions
from vouchers.models import Voucher


@dataclass(frozen=True)
class OfficeRow:
    """One office with its figures. `last`: its newest declaration; `waiting`: how many wait for an answer."""

    organisation: Organisation
    in_stock: int
    handed_out: int
    to_declare: ToDeclare
    last: Statement | None
    waiting: int


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def offices(request: ActingRequest) -> HttpResponse:
    """A row per office and the totals; the parent's own row when it hands out itself."""
    parent, at = organisation_of(request.acting), now()
    children = list(parent.offices.order_by("name"))
    if not children:
        raise Http404
    today = local_day(at)
    quarter = Quarter.of(today)
    everybody = [*([parent] if _hands_out(parent) else []), *children]
    held = _counts(
        Voucher.objects.filter(holder__in=everybody, status=Voucher.Status.ALLOCATED).valid(today), "holder_id"
    )
    given = _counts(
        Handout.objects.standing().filter(organisation__in=everybody, on__range=(quarter.first_day, quarter.last_day)),
        "organisation_id",
    )
    declared = portions(everybody, quarter, at)
    last, waiting = _statements(parent)
    rows = [
        OfficeRow(
            each,
            held.get(each.pk, 0),
            given.get(each.pk, 0),
            added_up(declared.get(each.pk, [])),
            last.get(each.pk),
            waiting.get(each.pk, 0),
        )
        for each in everybody
    ]
    context = {
        "parent": parent,
        "quarter": quarter,
        "offices": rows,
        "in_stock": sum(each.in_stock for each in rows),
        "handed_out": sum(each.handed_out for each in rows),
        "to_declare": added_up(portion for those in declared.values() for portion in those),
        "waiting": sum(each.waiting for each in rows),
    }
    return render(request, "intermediary/offices.html", context)


def _hands_out(parent: Organisation) -> bool:
    """The parent has vouchers or an accreditation of its own."""
    return parent.accreditations.exists() or Voucher.objects.held_by(parent).exists()


def _counts(rows, per: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(per).annotate(count=Count("pk")))


def _statements(parent: Organisation) -> tuple[dict[int, Statement], dict[int, int]]:
    """The newest declaration of each, and how many of each wait for the party's answer."""
    declarations = statements_of(parent).filter(kind=Statement.Kind.DECLARATION)
    newest: dict[int, Statement] = {}
    for statement in declarations.select_related("closing").order_by("closing__quarter"):
        newest[statement.organisation_id] = statement
    waiting = _counts(declarations.filter(status=Statement.Status.DRAFT), "organisation_id")
    return newest, waiting
