"""Tariffs, VAT by organisation, instalments and the budget. Bookings, statements and lines are history: not here."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format

from kbl import clock
from kbl.admin.site import OfficeList, office
from kbl.formats import euro
from kbl.fund.models import BudgetLine, Instalment
from kbl.payments.sentences import sentence
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.models import PartyVat, Tariff
from kbl.settlements.tariffs import asked
from kbl.settlements.tariffs.tariffs import TariffTooEarly, assert_addable, is_frozen

ASK = "Laat dit toetsen door de fiscalist."


class OpenDayForm(forms.ModelForm):
    """What begins on a day begins after the books that are closed; how VAT applies is for the tax adviser to say."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "first_day" in self.fields:
            # The browser's own calendar is there at once; the admin's comes in later and pushes the page down.
            self.fields["first_day"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        if "vat" in self.fields:
            self.fields["vat"].help_text = f"{self.fields['vat'].help_text} {ASK}".strip()

    def clean_first_day(self) -> date:
        first_day = self.cleaned_data["first_day"]
        try:
            assert_addable(first_day)
        except TariffTooEarly as refused:
            raise forms.ValidationError(
                f"Tot en met {date_format(refused.frozen_until, 'j F Y')} is alles al afgesloten. Kies een dag daarna."
            ) from refused
        return first_day


class TariffForm(OpenDayForm):
    """An amount stays under the programme's own ceiling."""

    def clean_amount(self) -> Decimal:
        amount, highest = self.cleaned_data["amount"], asked.ceiling(self.cleaned_data.get("kind", ""))
        if amount > highest:
            raise forms.ValidationError(f"Dit is meer dan het programma toestaat: hoogstens {euro(highest)}.")
        return amount


class AskedFirst(OfficeList):
    """A list of which a row comes and goes in two steps: one asks, and it happens once a second person agreed."""

    def asked(self, row, *, by, at) -> PendingChange:
        """Ask for the row (kbl/second_person/second_person.py). Raises ChangeRefused."""
        raise ChangeRefused(ChangeRefused.Reason.GONE)

    def asked_away(self, row, *, by, at) -> PendingChange:
        """Ask to take the row away. Raises ChangeRefused."""
        raise ChangeRefused(ChangeRefused.Reason.GONE)

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        self._ask(request, lambda: self.asked(obj, by=request.user, at=clock.now()))

    def delete_model(self, request: HttpRequest, obj) -> None:
        self._ask(request, lambda: self.asked_away(obj, by=request.user, at=clock.now()))

    def _ask(self, request: HttpRequest, ask: Callable[[], PendingChange]) -> None:
        try:
            self.message_user(request, second_person.who_looks(ask()))
        except (ChangeRefused, TariffTooEarly) as refused:
            self.message_user(request, sentence(refused), messages.ERROR)

    def get_actions(self, request: HttpRequest) -> dict:
        """Not many at once: a second person looks at each."""
        return {name: each for name, each in super().get_actions(request).items() if name != "delete_selected"}

    def log_addition(self, request: HttpRequest, obj, message) -> None:  # type: ignore[override]
        """Who asked and who agreed stands with the request itself; there is no row yet."""

    def log_deletions(self, request: HttpRequest, queryset) -> None:  # type: ignore[override]
        """The same."""

    def response_delete(self, request: HttpRequest, obj_display, obj_id) -> HttpResponse:
        return redirect("cubiss:pending_changes")

    def response_add(self, request: HttpRequest, obj, post_url_continue=None) -> HttpResponse:
        return redirect("cubiss:pending_changes")


@admin.register(Tariff, site=office)
class TariffAdmin(AskedFirst):
    """A tariff is added and never changed: a new amount is a new first day. One that nothing was billed by may go."""

    form = TariffForm
    list_display = ["kind", "track", "first_day", "amount", "vat"]
    list_filter = ["kind"]
    fields = ["kind", "track", "first_day", "amount", "vat"]

    def asked(self, row: Tariff, *, by, at) -> PendingChange:
        return asked.ask_tariff(row, by=by, at=at)

    def asked_away(self, row: Tariff, *, by, at) -> PendingChange:
        return asked.ask_tariff_gone(row, by=by, at=at)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.lines.exists())


class PartyVatForm(OpenDayForm):
    """Which of its two roles it is about, and from which day."""

    class Meta:
        labels = {"organisation": "Organisatie"}
        help_texts = {
            "kind": "Een lidmaatschapsjaar (als bibliotheek) of een uitreiking (als intermediair). Doet een bibliotheek"
            " beide? Haar lidmaatschapsjaren beslissen of zij ondernemer is.",
            "first_day": "Geldt vanaf deze dag, tot een latere regel. Wat al is afgesloten, verandert niet.",
            "vat": "Gaat voor op de btw van het tarief.",
        }


@admin.register(PartyVat, site=office)
class PartyVatAdmin(AskedFirst):
    """How VAT applies to one organisation, where that differs from the tariff: added, never changed.

    One that closed books were made by stays: only what begins after them may go.
    """

    form = PartyVatForm
    list_display = ["party", "kind", "first_day", "vat"]
    list_filter = ["kind", "vat"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name"]
    fields = ["organisation", "kind", "first_day", "vat"]

    def asked(self, row: PartyVat, *, by, at) -> PendingChange:
        return asked.ask_vat(row, by=by, at=at)

    def asked_away(self, row: PartyVat, *, by, at) -> PendingChange:
        return asked.ask_vat_gone(row, by=by, at=at)

    @admin.display(description="organisatie", ordering="organisation__name")
    def party(self, treatment: PartyVat) -> str:
        return str(treatment.organisation)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or not is_frozen(obj.first_day)


@admin.register(Instalment, site=office)
class InstalmentAdmin(OfficeList):
    list_display = ["description", "due_on", "amount"]
    fields = ["description", "due_on", "amount"]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """What was agreed stays as it was once something came in on it."""
        return super().has_change_permission(request, obj) and (obj is None or not obj.entries.exists())

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.entries.exists())


@admin.register(BudgetLine, site=office)
class BudgetLineAdmin(OfficeList):
    list_display = ["year", "post", "name", "amount", "paid_by"]
    list_filter = ["year"]
    fields = ["year", "post", "name", "amount", "paid_by"]
