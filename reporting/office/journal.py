"""The journal for Cubiss' own bookkeeping: look, hand over as a file, and under which accounts it goes."""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.fund import accounts
from kbl.fund.models import LedgerAccount
from kbl.organisations.models import Programme
from kbl.periods import Quarter, quarters
from kbl.settlements.office.forms import DayForm, DayInput
from kbl.spreadsheets import CSV, XLSX
from kbl.texts.personal import validate_free_text
from reporting.journal import double_entry, files
from reporting.journal.double_entry import JournalPeriod

BOOKS = "De grootboekrekeningen kiest de financiële medewerker. U kunt ze wel bekijken."
ENTRIES_PER_PAGE = 20
DAY = {"required": "Kies de dag.", "invalid": "Kies een dag."}


class PeriodForm(DayForm):
    """From which day until which day."""

    van = forms.DateField(label="Van", widget=DayInput, error_messages=DAY)
    tot = forms.DateField(label="Tot en met", widget=DayInput, error_messages=DAY)

    def clean_tot(self) -> date | None:
        return self.not_future("tot")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("van"), self.cleaned_data.get("tot")
        if first and last and first > last:
            raise ValidationError("De eerste dag komt na de laatste. Draai ze om.")


class AccountsForm(forms.Form):
    """A code for each account, and from which day it holds."""

    use_required_attribute = False

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        now = accounts.Accounts()
        plain = RegexValidator(r"^[0-9A-Za-z.]+$", "Alleen cijfers, letters en punten.")
        for role, name in LedgerAccount.Role.choices:
            self.fields[role] = forms.CharField(
                label=name,
                max_length=16,
                required=role not in accounts.MAY_BE_EMPTY,
                initial=now.code(role, today),
                validators=[plain, validate_free_text],
                error_messages={"required": "Vul een rekening in: anders klopt de boeking niet."},
            )
        begin = Programme.current().starts_on if not now.rows else today
        self.fields["first_day"] = forms.DateField(
            label="Geldt vanaf",
            widget=DayInput,
            initial=begin,
            help_text="Kiest u een eerdere dag, dan veranderen ook de journalen vanaf die dag.",
            error_messages=DAY,
        )


@require_safe
@requires_audience(Audience.CUBISS)
def show(request: ActingRequest) -> HttpResponse:
    """The entries of a period, both sides of each, and the sum per account."""
    today = clock.today()
    form, period = _period(request, today)
    found = double_entry.entries(period) if period else []
    sums = double_entry.totals(found)
    context = {
        "form": form,
        "period": period,
        "is_over": period and period.last < today,
        "quarters": [
            (each, min(each.last_day, today)) for each in reversed([*quarters(Programme.current().starts_on, today)])
        ][:8],
        "page": Paginator(found, ENTRIES_PER_PAGE).get_page(request.GET.get("page")),
        "count": len(found),
        "totals": sums,
        "debit": sum(each.debit for each in sums),
        "credit": sum(each.credit for each in sums),
        "query": f"van={period.first}&tot={period.last}" if period else "",
    }
    return render(request, "cubiss/journal.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The same entries as a file. A period that is no period leads back to the page, which says so."""
    _, period = _period(request, clock.today())
    if period is None:
        return redirect(f"{request.path.rsplit('/', 1)[0]}/?{request.GET.urlencode()}")
    found = double_entry.entries(period)
    content, kind = (files.csv_file(found), CSV) if form == "csv" else (files.xlsx_file(found), XLSX)
    name = f"kbl-journaal-{period.first}-{period.last}.{form}"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": content_disposition_header(True, name)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS)
def ledger_accounts(request: ActingRequest) -> HttpResponse:
    """Under which accounts everything goes, and who changed that; only the finance officer changes it."""
    today, now = clock.today(), clock.now()
    may_change = request.acting.may(Right.KEEP_BOOKS)
    if request.method == "POST":
        request.acting.require(Right.KEEP_BOOKS, because=BOOKS)
        form = AccountsForm(request.POST, today=today)
        if form.is_valid():
            codes = dict(form.cleaned_data)
            first_day = codes.pop("first_day")
            changed = accounts.set_codes(codes, first_day=first_day, by=request.acting.user, at=now)
            messages.success(request, "De rekeningen zijn opgeslagen." if changed else "Er is niets veranderd.")
            return redirect("cubiss:ledger_accounts")
    else:
        form = AccountsForm(today=today)
    context = {
        "form": form,
        "may_change": may_change,
        "codes": [(field.label, field.initial) for name, field in form.fields.items() if name != "first_day"],
        "history": LedgerAccount.objects.select_related("set_by").order_by("-set_at", "role")[:50],
    }
    return render(request, "cubiss/ledger_accounts.html", context, status=422 if request.method == "POST" else 200)


def _period(request: ActingRequest, today: date) -> tuple[PeriodForm, JournalPeriod | None]:
    """The period in the address; without one the last quarter that is over."""
    if "van" not in request.GET and "tot" not in request.GET:
        last = Quarter.of(today).previous
        period = JournalPeriod(last.first_day, last.last_day)
        return PeriodForm(initial={"van": period.first, "tot": period.last}, today=today), period
    form = PeriodForm(request.GET, today=today)
    if not form.is_valid():
        return form, None
    return form, JournalPeriod(form.cleaned_data["van"], form.cleaned_data["tot"])
