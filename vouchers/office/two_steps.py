"""Changing stock in two steps, for Cubiss and for who holds it: ask which numbers, show what happens to each, do it.

The confirm button carries the numbers that were shown as good, and only those change. When they are no longer the good
ones (somebody changed the field, or was first), the page shows what is new. What could not go stays in the field.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kbl.facts import FutureDate
from kbl.formats import voucher_count
from vouchers.custody.eligibility import StockEligibility
from vouchers.custody.preview import StockPreview, preview
from vouchers.custody.stock import PastDay, StockRefused, together
from vouchers.entry import NumberEntry, UnreadableEntry, write
from vouchers.lifecycle import Overtaken
from vouchers.numbers import SerialRange
from vouchers.sentences import about_future, about_obstacle, about_past, in_short

TOOK_TOO_LONG = (
    "Dit duurde te lang, of een collega was met deze nummers bezig. Er is niets veranderd. "
    "Probeer het zo nog eens, of doe het in delen."
)
LINES_SHOWN = 30
FORM_PAGE, CONFIRM_PAGE = "shared/custody.html", "shared/custody_confirm.html"

# Which field of the form a refusal belongs to, and the sentence for it.
RefusedIn = dict[type[Exception], tuple[str, Callable[..., str]]]
ALWAYS_REFUSED: RefusedIn = {FutureDate: ("on", about_future), PastDay: ("valid_until", about_past)}


@dataclass(frozen=True)
class PageWords:
    """What one action's pages say."""

    title: str
    lead: str
    button: str
    danger: bool = False


@dataclass
class Plan:
    """What will happen, read from a valid form.

    `question` and `done` are sentences about how many vouchers; `act` makes the one domain call for a range; `check`
    raises what can be refused without looking at the numbers; `holder` is whom they should be with now.
    """

    eligibility: StockEligibility
    act: Callable[[SerialRange], list]
    question: Callable[[str], str]
    done: Callable[[str], str]
    check: Callable[[], object] = lambda: None
    holder: str = ""
    refused_in: RefusedIn = field(default_factory=dict)


@dataclass(frozen=True)
class PageFrame:
    """Where it happens: whose pages, the page it belongs to, and where to go when it is done.

    On the holder's own pages (`own`) others' numbers do not exist.
    """

    base: str = "cubiss/base.html"
    home: str = "cubiss:stock"
    home_title: str = "Vouchers"
    done: str = "cubiss:stock"
    own: bool = False


@contextmanager
def patiently():
    """A transaction that may take its time: a million vouchers are more than a page's fifteen seconds."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '120s'")
        yield


def in_two_steps(
    request: HttpRequest, form: Form, words: PageWords, plan: Callable[[dict], Plan], frame: PageFrame = PageFrame()
) -> HttpResponse:
    """Ask, show, do."""
    page: dict = {"form": form, "words": words, "frame": frame}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, FORM_PAGE, page, status=422 if form.errors else 200)
    entry: NumberEntry = form.cleaned_data["serials"]
    planned = plan(form.cleaned_data)
    agreed = request.POST.get("agreed", "")
    refused_in: RefusedIn = {
        FutureDate: ("on", about_future),
        PastDay: ("valid_until", about_past),
        **planned.refused_in,
    }
    try:
        planned.check()
        found = _preview(entry, planned, frame)
        if found.good and agreed == write(found.good):
            with patiently():
                together(found.good, planned.act)
            return _done(request, entry, found, planned, page)
    except OperationalError:
        form.add_error("serials", TOOK_TOO_LONG)
        return render(request, FORM_PAGE, page, status=422)
    except (StockRefused, Overtaken):  # somebody was first, between our preview and our writing
        found = _preview(entry, planned, frame)
    except tuple(refused_in) as refused:
        name, sentence = refused_in[type(refused)]
        form.add_error(name, sentence(refused))
        return render(request, FORM_PAGE, page, status=422)
    page |= _shown(entry, found, planned.holder)
    if not found.good:
        return render(request, FORM_PAGE, page, status=422)
    page |= {
        "question": planned.question(voucher_count(found.count)),
        "agreed": write(found.good),
        "changed": bool(agreed),
        "data": form.cleaned_data,
    }
    return render(request, CONFIRM_PAGE, page)


def _preview(entry: NumberEntry, planned: Plan, frame: PageFrame) -> StockPreview:
    with patiently():
        found = preview(entry.ranges, planned.eligibility)
    return found.as_its_holder_sees_it() if frame.own else found


def _done(request: HttpRequest, entry: NumberEntry, found: StockPreview, planned: Plan, page: dict) -> HttpResponse:
    """It happened. Numbers that could not go stay in the field, with what is wrong with them."""
    done, frame, form = planned.done(voucher_count(found.count)), page["frame"], page["form"]
    left = [str(serials) for each in found.obstacles for serials in each.serials]
    left += [each.typed for each in entry.unreadable]
    messages.success(request, done)
    if not left:
        return redirect(frame.done)
    form.data = form.data.copy()
    form.data["serials"] = "\n".join(left)
    rest = _shown(entry, StockPreview((), found.obstacles), planned.holder)
    return render(request, FORM_PAGE, {**page, **rest, "left": True})


@dataclass(frozen=True)
class RangeLine:
    """What will happen to one range that was typed, in short."""

    serials: SerialRange
    words: str


def _shown(entry: NumberEntry, found: StockPreview, holder: str) -> dict:
    """What the pages show of a preview: every range in short, and every reason in full."""
    trouble: tuple[UnreadableEntry, ...] = entry.unreadable
    lines = (
        [RangeLine(each, in_short(found.within(each))) for each in entry.ranges[:LINES_SHOWN]]
        if found.obstacles
        else []
    )
    return {
        "preview": found,
        "lines": lines,
        "lines_more": max(len(entry.ranges) - LINES_SHOWN, 0) if lines else 0,
        "obstacles": [(each, about_obstacle(each, holder=holder)) for each in found.obstacles],
        "unreadable": trouble,
        "twice": entry.twice,
    }
