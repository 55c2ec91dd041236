"""Tariffs, instalments and the budget. Bookings, statements and lines are not here: those are history."""

from datetime import date

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format

from kbl.front.admin.site import List, office
from kbl.fund.models import BudgetLine, Instalment
from kbl.settlements.models import Tariff
from kbl.settlements.tariffs import TariffTooEarly, assert_addable


class TariffForm(forms.ModelForm):
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
class TariffAdmin(List):
    """A tariff is added and never changed: a new amount is a new first day. One that nothing was billed by may go."""

    form = TariffForm
    list_display = ["kind", "track", "first_day", "amount", "vat"]
    list_filter = ["kind"]
    fields = ["kind", "track", "first_day", "amount", "vat"]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.lines.exists())


@admin.register(Instalment, site=office)
class InstalmentAdmin(List):
    list_display = ["description", "due_on", "amount"]
    fields = ["description", "due_on", "amount"]

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.entries.exists())


@admin.register(BudgetLine, site=office)
class BudgetLineAdmin(List):
    list_display = ["year", "post", "name", "amount", "paid_by"]
    list_filter = ["year"]
    fields = ["year", "post", "name", "amount", "paid_by"]
