"""Tariffs, VAT by organisation, instalments and the budget. Bookings, statements and lines are history: not here."""

from datetime import date

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format

from kbl.admin.site import OfficeList, office
from kbl.fund.models import BudgetLine, Instalment
from kbl.settlements.models import PartyVat, Tariff
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


@admin.register(Tariff, site=office)
class TariffAdmin(OfficeList):
    """A tariff is added and never changed: a new amount is a new first day. One that nothing was billed by may go."""

    form = OpenDayForm
    list_display = ["kind", "track", "first_day", "amount", "vat"]
    list_filter = ["kind"]
    fields = ["kind", "track", "first_day", "amount", "vat"]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.lines.exists())


class PartyVatForm(OpenDayForm):
    """Which of its two roles it is about, and from which day."""

    class Meta:
        labels = {"organisation": "Organisatie"}
        help_texts = {
            "kind": "Een lidmaatschapsjaar (als bibliotheek) of een uitreiking (als intermediair).",
            "first_day": "Geldt vanaf deze dag, tot een latere regel. Wat al is afgesloten, verandert niet.",
            "vat": "Gaat voor op de btw van het tarief.",
        }


@admin.register(PartyVat, site=office)
class PartyVatAdmin(OfficeList):
    """How VAT applies to one organisation, where that differs from the tariff: added, never changed.

    One that closed books were made by stays: only what begins after them may go.
    """

    form = PartyVatForm
    list_display = ["party", "kind", "first_day", "vat"]
    list_filter = ["kind", "vat"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name"]
    fields = ["organisation", "kind", "first_day", "vat"]

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
