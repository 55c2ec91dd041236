"""Writing, looking at and sending the quarterly message: the text, and how each audience reads it."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.mail.models import Mail
from kbl.organisations.models import Organisation
from reporting.editions import release
from reporting.editions.found import closing_of
from reporting.editions.models import ReportEdition
from reporting.message import letters, sending_it
from reporting.message.models import QuarterMessage
from reporting.message.sending_it import WORDS, MessageRefused, Reader

ONLY_COORDINATOR = "Alleen de coördinator stuurt het kwartaalbericht. U kunt het wel bekijken."


class MessageForm(forms.Form):
    """What the project lead adds."""

    use_required_attribute = False

    text = forms.CharField(
        label="Uw bericht",
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Komt boven de voortgang. Zonder namen van deelnemers. Hooguit 1.500 tekens.",
    )

    def clean_text(self) -> str:
        return sending_it.clean(self.cleaned_data["text"])


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS)
def message(request: ActingRequest, quarter: str) -> HttpResponse:
    """The message of a quarter: as it was sent, or to write, look at and send."""
    closing = closing_of(quarter)
    sent = QuarterMessage.objects.filter(closing=closing).select_related("edition__closing", "sent_by").first()
    edition = sent.edition if sent else release.released(closing)
    form = MessageForm(request.POST or None, initial={"text": sent.text if sent else ""})
    status = 200
    if request.method == "POST":
        request.acting.require(Right.COORDINATE, because=ONLY_COORDINATOR)
        if form.is_valid() and "versturen" in request.POST and _sent(form, closing, request):
            return redirect("cubiss:quarter_message", quarter=quarter)
        status = 422 if form.errors else 200
    text = sent.text if sent else form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else ""
    readers = dict.fromkeys(sending_it.readers())
    page = {
        "closing": closing,
        "sent": sent,
        "form": form,
        "edition": edition,
        "states": _states(sent) if sent else [],
        "previews": _previews(edition, text, readers) if edition else [],
        "readers": len(readers),
    }
    return render(request, "cubiss/quarter_message.html", page, status=status)


def _sent(form: MessageForm, closing, request: ActingRequest) -> bool:
    """Whether it went; pressed again it changes nothing."""
    try:
        sending_it.send(closing, form.cleaned_data["text"], by=request.acting.user, at=clock.now())
    except MessageRefused as refused:
        if refused.reason is MessageRefused.Reason.SENT:
            messages.info(request, WORDS[refused.reason])
            return True
        form.add_error(None, WORDS[refused.reason])
        return False
    except ValidationError as error:
        form.add_error("text", error)
        return False
    messages.success(request, "Verstuurd. Alle partijen krijgen het bericht, ieder met de eigen cijfers.")
    return True


def _states(sent: QuarterMessage) -> list[tuple[str, int]]:
    found = sent.mails.values_list("state").annotate(count=Count("pk")).order_by("state")
    return [(str(Mail.State(state).label), count) for state, count in found]


def _previews(edition: ReportEdition, text: str, readers: Iterable[Reader]) -> list[tuple[str, str, str]]:
    """How it reads for each audience: with the figures of one organisation, where an audience has its own."""
    examples: dict[Audience, Organisation | None] = {}
    for _, audience, organisation in readers:
        examples.setdefault(audience, organisation)
    found = []
    for audience in Audience:
        if audience in examples:
            organisation = examples[audience]
            plain, _ = letters.bodies(letters.context_of(edition, text, audience, organisation))
            found.append((str(audience.label), organisation.name if organisation else "", plain.strip()))
    return found
