"""Stock changes hands in two steps: ask which numbers, show what will happen, and only then do it."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format

from kbl.facts import FutureDate
from vouchers.models import StockMovement
from vouchers.numbers import SerialRange
from vouchers.sentences import about_future, about_obstacle
from vouchers.stock import StockRefused

TOOK_TOO_LONG = (
    "Dit duurde te lang, of een collega was met deze nummers bezig. Er is niets veranderd. "
    "Probeer het zo nog eens, of doe het in delen."
)

# Which field of the form a refusal belongs to, and the sentence for it.
RefusedIn = dict[type[Exception], tuple[str, Callable[..., str]]]


@dataclass(frozen=True)
class Words:
    """What one action's pages say."""

    title: str
    lead: str
    button: str
    danger: bool = False


@dataclass
class Plan:
    """What will happen, read from a valid form: a sentence, and whom the numbers should be with now."""

    question: str
    done: str
    holder: str = ""
    refused_in: RefusedIn = field(default_factory=dict)


def vouchers(count: int) -> str:
    """`1 voucher`, `12.500 vouchers`."""
    return "1 voucher" if count == 1 else f"{number_format(count, force_grouping=True)} vouchers"


def size(ranges: list[SerialRange]) -> int:
    """How many numbers a list of ranges names."""
    return sum(map(len, ranges))


@contextmanager
def patiently():
    """A transaction that may take its time: a million vouchers are more than a desk's fifteen seconds."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '120s'")
        yield


@contextmanager
def rehearsal():
    """Do something for real and let it go again: what it refuses now is exactly what it would refuse later."""
    with patiently():
        yield
        transaction.set_rollback(True)


def in_two_steps(
    request: HttpRequest,
    form: Form,
    words: Words,
    plan: Callable[[dict], Plan],
    act: Callable[[dict], list[StockMovement]],
) -> HttpResponse:
    """Ask, show, do. `act` gets the cleaned form and makes the one domain call; what it refuses is said on the form."""
    page = {"form": form, "words": words}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "cubiss/custody.html", page, status=422 if form.errors else 200)
    data = form.cleaned_data
    planned = plan(data)
    certain = "confirmed" in request.POST
    try:
        with patiently() if certain else rehearsal():
            act(data)
    except OperationalError:
        form.add_error("serials", TOOK_TOO_LONG)
    except FutureDate as refused:
        form.add_error("on", about_future(refused))
    except StockRefused as refused:
        page["obstacles"] = [(each, about_obstacle(each, holder=planned.holder)) for each in refused.why]
    except tuple(planned.refused_in) as refused:
        name, sentence = planned.refused_in[type(refused)]
        form.add_error(name, sentence(refused))
    else:
        if certain:
            messages.success(request, planned.done)
            return redirect("cubiss:stock")
        return render(request, "cubiss/custody_confirm.html", {**page, "plan": planned, "data": data})
    return render(request, "cubiss/custody.html", page, status=422)
