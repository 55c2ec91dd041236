"""Answering rows of a worklist: one, many that are ticked, or all that the filter shows. First what would happen."""

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.discrepancies import answers, reconciliation, worklist
from kbl.discrepancies.discrepancy import Discrepancy
from kbl.discrepancies.models import Answer, AnswerWords, DiscrepancyKind
from kbl.discrepancies.office.forms import AnswerForm, FilterForm, RevokeForm
from kbl.discrepancies.office.worklists import class_of, query_of, show
from kbl.discrepancies.sentences import about_left, about_refused
from kbl.formats import counted

SHOWN = 50
READERS = "Alleen de coördinator of de financieel medewerker beantwoordt verschillen."


@require_POST
@requires_audience(Audience.CUBISS, Right.ANSWER, because=READERS)
def answer(request: ActingRequest, slug: str) -> HttpResponse:
    """First a preview; after `bevestig` the rows that were shown are answered, those that still can."""
    discrepancy, today = class_of(slug), clock.today()
    form = AnswerForm(request.POST, of=discrepancy, on=today)
    everything = request.POST.get("alles") == "ja"
    if everything and "pks" not in request.POST:
        parties = worklist.parties(discrepancy, today)
        only = FilterForm(request.GET, parties=parties).chosen()
        pks = tuple(worklist.rows(discrepancy, only, today).values_list("pk", flat=True)[: answers.AT_ONCE + 1])
    else:
        pks = _ticked(request)
    if not form.is_valid() or not pks:
        refusal = "" if pks else "Kies eerst een of meer vouchers: zet er een vinkje voor."
        return show(request, discrepancy, form=form, ticked=pks, everything=everything, refusal=refusal)
    words, until = form.cleaned_data["antwoord"], form.cleaned_data["terug"]
    if len(pks) > answers.AT_ONCE:
        refusal = about_refused(answers.AnswerRefused(answers.AnswerRefused.Reason.TOO_MANY))
        return show(request, discrepancy, form=form, everything=everything, refusal=refusal)
    if "bevestig" not in request.POST:
        seen = answers.preview(discrepancy.facts(today), discrepancy, pks, on=today)
        return _preview(request, discrepancy, seen, words=words, until=until, done=False)
    seen = answers.answer(
        discrepancy.facts(today),
        discrepancy,
        pks,
        words=words,
        until=until,
        by=request.acting.user,
        at=clock.now(),
    )
    if seen.left:
        return _preview(request, discrepancy, seen, words=words, until=until, done=True)
    count = len(seen.good)
    messages.success(request, counted(count, "verschil", "verschillen") + " beantwoord.")
    return redirect(_back(request, discrepancy))


def _ticked(request: ActingRequest) -> tuple[int, ...]:
    """The rows that were ticked, or that the preview named; what is no number is left out."""
    named = [*request.POST.getlist("rij"), *request.POST.get("pks", "").split(",")]
    return tuple(dict.fromkeys(int(each) for each in named if each.isdecimal() and len(each) < 19))


def _preview(
    request: ActingRequest, discrepancy: Discrepancy, seen: answers.AnswerPreview, *, words: str, until, done: bool
) -> HttpResponse:
    """What would be answered, or what was; and what not and why."""
    today = clock.today()
    facts = {fact.pk: fact for fact in discrepancy.facts(today).filter(pk__in=seen.good)}
    rows = [discrepancy.row(facts[pk], today) for pk in seen.good if pk in facts]
    known = discrepancy.facts(today).filter(pk__in=[each.pk for each in seen.left])
    left = {fact.pk: discrepancy.row(fact, today) for fact in known}
    context = {
        "it": discrepancy,
        "rows": rows[:SHOWN],
        "more": len(rows) - SHOWN,
        "count": len(seen.good),
        "per_party": sorted(Counter(str(row.organisation or "Cubiss") for row in rows).items()),
        "left": [(left.get(each.pk), about_left(each)) for each in seen.left[:SHOWN]],
        "left_count": len(seen.left),
        "words": AnswerWords(words).label,
        "chosen": words,
        "until": until,
        "pks": ",".join(map(str, seen.good)),
        "done": done,
        "asked": query_of(request.GET, "page", "soort"),
        "back": _back(request, discrepancy),
    }
    return render(request, "cubiss/discrepancies_answer.html", context)


def _back(request: ActingRequest, discrepancy: Discrepancy) -> str:
    asked = query_of(request.GET, "page", "soort")
    return f"{reverse('cubiss:discrepancies')}?{urlencode({'soort': discrepancy.slug})}" + (
        f"&{asked}" if asked else ""
    )


@require_safe
@requires_audience(Audience.CUBISS)
def row(request: ActingRequest, slug: str, pk: int) -> HttpResponse:
    """One discrepancy with everything that was said about it."""
    discrepancy, today = class_of(slug), clock.today()
    history = discrepancy.history(pk)
    fact = discrepancy.facts(today).filter(pk=pk).first()
    if fact is None and not history:
        raise Http404
    context = {
        "it": discrepancy,
        "row": discrepancy.row(fact, today) if fact else None,
        "is_open": fact is not None and discrepancy.find(today).filter(pk=pk).exists(),
        "history": history,
        "last": history[0] if history and history[0].stands else None,
        "form": AnswerForm(of=discrepancy, on=today),
        "revoke_form": RevokeForm(),
        "may_answer": request.acting.may(Right.ANSWER),
    }
    return render(request, "cubiss/discrepancy.html", context)


@require_POST
@requires_audience(Audience.CUBISS, Right.ANSWER, because=READERS)
def revoke(request: ActingRequest, pk: int) -> HttpResponse:
    """An answer is taken back: the row is open again."""
    one = get_object_or_404(Answer, pk=pk)
    form = RevokeForm(request.POST)
    slug = reconciliation.of(DiscrepancyKind(one.kind)).slug
    about = getattr(one, f"{one.column}_id")
    try:
        if form.is_valid():
            answers.revoke(one, reason=form.cleaned_data["reden"], by=request.acting.user, at=clock.now())
            messages.success(request, "Het antwoord is ingetrokken. Het verschil staat weer open.")
        else:
            messages.error(request, "Kies waarom u het antwoord intrekt.")
    except answers.NotRevocable:
        messages.error(request, "Dit antwoord is al ingetrokken, of er kwam een ander antwoord na.")
    return redirect("cubiss:discrepancy", slug, about)
