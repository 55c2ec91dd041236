"""Organisations with their branches and their part as a library; municipalities; the programme and its targets."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib import admin, messages
from django.db.models import Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html

from kbl import clock
from kbl.accounts.models import Assignment, Role
from kbl.admin.site import NeverDeleted, OfficeList, PlainChoices, office
from kbl.organisations.cubiss import CUBISS
from kbl.organisations.models import Branch, Municipality, Organisation, Programme, YearTarget
from kbl.payments.accounts import accounts
from kbl.payments.accounts.accounts import AccountRefused
from kbl.payments.sentences import sentence
from kbl.second_person import second_person
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.models import Statement
from libraries.models import Enrolment, Participation


def refuse_start_after(enrolments, starts_on: date | None) -> None:
    """A start cannot move past memberships that already count. Raises ValidationError."""
    first = enrolments.standing().aggregate(first=Min("on"))["first"]
    if first and (starts_on is None or starts_on > first):
        raise forms.ValidationError(
            f"Er zijn al inschrijvingen vanaf {date_format(first, 'j F Y')}. Kies die dag of een eerdere dag."
        )


class BranchForm(forms.ModelForm):
    """A branch stays in its municipality once people were enrolled there: their memberships count for it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and Enrolment.objects.filter(branch=self.instance).exists():
            self.fields["municipality"].disabled = True


class BranchInline(PlainChoices, admin.StackedInline):
    model = Branch
    form = BranchForm
    extra = 0
    fields = [("name", "municipality"), ("street", "postcode", "city")]


class ParticipationForm(forms.ModelForm):
    """The start does not pass the first enrolment, and a series of invoice numbers stays what it is once used."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        library = self.instance.library_id if self.instance.pk else None
        if library and Statement.objects.filter(organisation=library, kind=Statement.Kind.INVOICE).exists():
            self.fields["invoice_prefix"].disabled = True

    def clean_starts_on(self) -> date:
        starts_on = self.cleaned_data["starts_on"]
        if self.instance.pk:
            refuse_start_after(Enrolment.objects.filter(library=self.instance.library_id), starts_on)
        return starts_on


class ParticipationInline(PlainChoices, admin.StackedInline):
    model = Participation
    form = ParticipationForm
    extra = 0
    can_delete = False
    fields = ["starts_on", "invoice_prefix", "own_numbers"]  # the agreement on self-billing is made on its own page
    verbose_name = "deelname als bibliotheek"


@admin.register(Organisation, site=office)
class OrganisationAdmin(NeverDeleted):
    list_display = ["name", "municipality", "iban_known"]
    search_fields = ["name", "city", "kvk"]
    list_select_related = ["municipality"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ParticipationInline, BranchInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "parent", "municipality", "email"]}),
        ("Adres", {"fields": ["street", "postcode", "city"]}),
        ("Voor afrekeningen", {"fields": ["kvk", "vat_id", "iban", "account_holder"]}),
    ]

    @admin.display(description="IBAN bekend", boolean=True)
    def iban_known(self, organisation: Organisation) -> bool:
        return bool(organisation.iban)

    @admin.display(description="IBAN")
    def account(self, organisation: Organisation) -> str:
        """The account as it is; it changes on a page of its own, with a second person."""
        holder = f", op naam van {organisation.account_holder}" if organisation.account_holder else ""
        return format_html(
            '{} <a href="{}">Rekeningnummer wijzigen</a>',
            f"{organisation.iban or '–'}{holder}",
            reverse("cubiss:account", args=[organisation.slug]),
        )

    def get_fieldsets(self, request: HttpRequest, obj=None) -> list:
        """Only a new organisation brings its account along; only Cubiss has a reference for what is sent to it."""
        if obj is None:
            return list(self.fieldsets)
        reference = ["buyer_reference"] if obj.slug == CUBISS else []
        return [*self.fieldsets[:-1], ("Voor afrekeningen", {"fields": ["kvk", "vat_id", "account", *reference]})]

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return ["account"] if obj else []

    def save_model(self, request: HttpRequest, obj: Organisation, form, change: bool) -> None:
        """Who is paid, on which account, and where that is told: a second person looks first."""
        asks: list[Callable[[], object]] = []
        by, at = request.user, clock.now()
        before = Organisation.objects.get(pk=obj.pk) if change else Organisation()
        parent, email = obj.parent, obj.email
        if parent != before.parent:
            obj.parent = before.parent
            asks.append(lambda: second_person.ask_parent(obj, parent, by=by, at=at))
        if email != before.email:
            obj.email = before.email
            asks.append(lambda: second_person.ask_mail_address(obj, email, by=by, at=at))
        if not change and obj.iban:
            iban, holder, obj.iban, obj.account_holder = obj.iban, obj.account_holder, "", ""
            asks.append(lambda: accounts.ask(obj, iban, holder=holder, by=by, at=at))
        super().save_model(request, obj, form, change)
        for ask in asks:
            try:
                ask()
            except (AccountRefused, ChangeRefused) as refused:
                self.message_user(request, sentence(refused), messages.ERROR)
            else:
                self.message_user(request, "Een deel wacht op een tweede persoon. Tot dan blijft dat zoals het was.")

    def get_prepopulated_fields(self, request: HttpRequest, obj=None) -> dict:
        """Only for a new organisation: an address that is in use stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)


class MunicipalityForm(forms.ModelForm):
    class Meta:
        model = Municipality
        fields = ["name", "code", "starts_on", "authority"]

    def clean_starts_on(self) -> date | None:
        starts_on = self.cleaned_data["starts_on"]
        if self.instance.pk:
            refuse_start_after(Enrolment.objects.filter(branch__municipality=self.instance.pk), starts_on)
        return starts_on

    def clean_authority(self) -> Organisation | None:
        """Whoever logs in as the municipality keeps something to read: their roles go first."""
        authority, before = self.cleaned_data["authority"], self.initial.get("authority")
        moves = before and (authority is None or authority.pk != before)
        if moves and Assignment.objects.filter(organisation=before, role=Role.MUNICIPALITY).exists():
            raise forms.ValidationError(
                "Er zijn nog collega’s die voor deze organisatie als gemeente inloggen. Haal eerst hun rol weg."
            )
        return authority


@admin.register(Municipality, site=office)
class MunicipalityAdmin(NeverDeleted):
    form = MunicipalityForm
    list_display = ["name", "code", "starts_on"]
    search_fields = ["name", "code"]
    fields = ["name", "code", "starts_on", "authority"]


class ProgrammeForm(forms.ModelForm):
    def clean(self) -> dict:
        """Between the reminder and the day that silence counts is at least a week."""
        asked = super().clean() or self.cleaned_data
        reminder, silence = asked.get("reminder_after"), asked.get("silence_after")
        if reminder is not None and silence is not None and silence < reminder + 7:
            self.add_error("silence_after", f"Kies minstens {reminder + 7}: een week na de herinnering.")
        return asked


@admin.register(Programme, site=office)
class ProgrammeAdmin(NeverDeleted):
    """One row, which the programme file brings; its first day is what the books start from."""

    form = ProgrammeForm
    readonly_fields = ["starts_on"]
    fieldsets = [
        (None, {"fields": ["name", "starts_on", "ends_on", "commissioner"]}),
        (
            "Keuzes",
            {
                "fields": [
                    "target_group",
                    "conversions_funded",
                    "closing_opens_after",
                    "quarters_back",
                    "renewal_margin",
                ]
            },
        ),
        (
            "Afrekenen",
            {"fields": ["reminder_after", "silence_after", "payment_days", "exemption_words", "vat_checked_on"]},
        ),
        ("Contact", {"fields": ["contact_name", "contact_email", "contact_phone"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(YearTarget, site=office)
class YearTargetAdmin(OfficeList):
    list_display = ["year", "new_memberships"]
    fields = ["year", "new_memberships"]
