"""The survey for the project team: what members said per library and quarter, and where each library asks it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience
from kbl.clock import now, today
from kbl.organisations.models import Organisation
from libraries.models import Participation
from reporting.survey import paper
from reporting.survey.portal import pdf_file
from reporting.survey.results import results


@require_safe
@requires_audience(Audience.CUBISS)
def survey(request: ActingRequest) -> HttpResponse:
    """The results of every quarter that is over, and the libraries that take part."""
    taking_part = Participation.objects.filter(starts_on__lte=today()).select_related("library")
    libraries = [(each.library, paper.address_of(each.library)) for each in taking_part.order_by("library__name")]
    return render(request, "cubiss/survey.html", {"quarters": results(today()), "libraries": libraries})


@require_safe
@requires_audience(Audience.CUBISS)
def poster(request: ActingRequest, slug: str) -> HttpResponse:
    """One library's poster, to send along."""
    library = get_object_or_404(Organisation.objects.filter(participation__isnull=False), slug=slug)
    return pdf_file(paper.poster(library, at=now()), f"enquete-poster-{library.slug}.pdf")
