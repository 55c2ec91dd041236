"""The search box. What is typed comes by POST only: a whole number stands in no address, log or title."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import now
from kbl.search import sentences
from kbl.search.finding import SearchResult, find, range_place, voucher_place
from kbl.search.reading import read
from vouchers.models import Voucher
from vouchers.numbers import Mistake, NumberError, SerialRange, tidy
from vouchers.viewing.trace import TooManyWrongNumbers

# More than can be looked for, so that what was pasted by mistake can be given back with a sentence about it.
LONGEST_KEPT = 20_000


class SearchForm(forms.Form):
    """The box."""

    use_required_attribute = False

    q = forms.CharField(
        label="Zoeken",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search"}),
    )

    def typed(self) -> str:
        """What was typed, as a browser may send it back; never an error of the form's own."""
        return str(self.data.get("q", ""))[:LONGEST_KEPT].replace("\x00", "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS)
def search(request: ActingRequest) -> HttpResponse:
    """Read what was typed and go to the page that fits, or show what it can be."""
    if request.method != "POST":
        return render(request, "cubiss/search.html", {"form": SearchForm()})
    typed = SearchForm(request.POST).typed()
    answer = _answer(request, typed)
    if answer.goes_to:
        if answer.said:
            messages.success(request, answer.said)
        return redirect(answer.goes_to)
    page = {"form": SearchForm({"q": typed}), "answer": answer}
    return render(request, "cubiss/search.html", page, status=200 if answer.found else 422)


def _answer(request: ActingRequest, typed: str) -> SearchResult:
    try:
        return find(read(typed), by=request.acting.user, at=now())
    except NumberError as error:
        title, words = sentences.unreadable(error)
        return SearchResult(_meant(error), title=title, words=words, found=False)
    except TooManyWrongNumbers as refused:
        title, words = sentences.slowed(date_format(localtime(refused.again_at), "H:i"))
        return SearchResult(title=title, words=words, found=False)


def _meant(error: NumberError) -> tuple:
    """What somebody may have meant with numbers that cannot be read: the serial before the slip, the range turned."""
    digits = tidy(error.typed)
    if error.mistake is Mistake.TYPING_ERROR:
        serial = int(digits.replace("-", "")[:7])
        return (voucher_place(serial),) if Voucher.objects.filter(pk=serial).exists() else ()
    if error.mistake is Mistake.REVERSED:
        ends = [int(end) for end in digits.split("-") if end.isdigit()]
        if len(ends) == 2 and 0 < ends[1] < ends[0] < 10**7:
            return (range_place([SerialRange(ends[1], ends[0])]),)
    return ()  # of the other mistakes nobody can tell what was meant
