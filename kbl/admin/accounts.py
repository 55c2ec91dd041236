"""Users and their roles. Cubiss' coordinator invites people; a mail lets them choose their own password."""

from collections.abc import Callable
from typing import assert_never

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from intermediaries.models import Accreditation
from kbl import clock
from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import OFFICE_ROLES, Bound, Role
from kbl.accounts.waiting import has_office_box, has_office_name
from kbl.admin.site import NeverDeleted, PlainChoices, office
from kbl.mail import outbox
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.organisations.picking import PickField
from kbl.payments.sentences import sentence
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import ChangeRefused
from libraries.models import Participation


def misfit(bound: Bound, organisation: Organisation | None) -> str:
    """Why somebody in such a role cannot act for this organisation, in a sentence; empty when he can."""
    if bound is Bound.PROGRAMME:
        return "Deze rol hoort bij het programma. Laat de organisatie leeg." if organisation else ""
    if organisation is None:
        return "Kies de organisatie waarvoor deze persoon werkt."
    match bound:
        case Bound.LIBRARY:
            fits = Participation.objects.filter(library=organisation).exists()
            return "" if fits else "Deze organisatie doet niet mee als bibliotheek."
        case Bound.INTERMEDIARY:
            fits = Accreditation.objects.filter(organisation=organisation).exists()
            return "" if fits else "Deze organisatie heeft nog geen accreditatie."
        case Bound.MUNICIPALITY:
            fits = Municipality.objects.filter(authority=organisation).exists()
            return "" if fits else "Deze organisatie is geen gemeente. Koppel haar eerst, bij Gemeenten."
        case _:
            assert_never(bound)


class AssignmentForm(forms.ModelForm):
    """A role fits what its organisation does."""

    branch = PickField(
        Branch.objects.select_related("organisation").order_by("organisation__name", "name"),
        source="vestigingen",
        label="Vestiging (balie)",
        required=False,
    )

    class Meta:
        model = Assignment
        fields = ["role", "organisation", "branch"]

    def clean(self) -> dict:
        data = super().clean() or {}
        role, organisation, branch = (data.get(name) for name in ("role", "organisation", "branch"))
        if not role:
            return data
        bound = Role(role).details.bound
        if wrong := misfit(bound, organisation):
            self.add_error("organisation", wrong)
        if branch and (bound is not Bound.LIBRARY or branch.organisation != organisation):
            self.add_error("branch", "Kies een vestiging van deze bibliotheek.")
        return data


class AssignmentInline(PlainChoices, admin.StackedInline):
    model = Assignment
    fk_name = "user"
    form = AssignmentForm
    extra = 0
    fields = [("role", "organisation", "branch")]

    def _own(self, request: HttpRequest, user: User | None) -> bool:
        """Nobody gives roles to himself: who prepares a payment does not approve it."""
        return user is not None and user.pk == request.user.pk

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return not self._own(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return not self._own(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return not self._own(request, obj) and super().has_delete_permission(request, obj)


class UserForm(forms.ModelForm):
    """An e-mail address and a name; no password, no rights."""

    class Meta:
        model = User
        fields = ["email", "name", "is_active"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Er is al iemand met dit e-mailadres.")
        if has_office_box(email, except_for=self.instance.pk):
            raise forms.ValidationError("Dit is de mailbox van een collega van Cubiss. Kies een eigen adres.")
        return email

    def clean_name(self) -> str:
        """Where two people matter they are told apart by name: nobody else has that of a colleague of Cubiss."""
        name = self.cleaned_data["name"]
        if has_office_name(name, except_for=self.instance.pk):
            raise forms.ValidationError("Zo heet al een collega van Cubiss. Maak de naam anders, met een voorletter.")
        return name


@admin.register(User, site=office)
class UserAdmin(NeverDeleted):
    """A user is never thrown away, because facts name who recorded them: without `actief` he cannot log in."""

    form = UserForm
    inlines = [AssignmentInline]
    list_display = ["name", "email", "roles", "is_active"]
    list_filter = ["is_active", "assignments__role"]
    search_fields = ["name", "email"]
    actions = ["send_invitation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("assignments__organisation")

    @admin.display(description="rollen")
    def roles(self, user: User) -> str:
        return ", ".join(str(each) for each in user.assignments.all())

    def get_fields(self, request, obj=None):
        return ["email", "name", "is_active"] if obj else ["email", "name"]

    def get_readonly_fields(self, request, obj=None):
        """The address is how somebody is known: another address is another account. Nobody locks himself out."""
        if obj is None:
            return []
        return ["email", "is_active"] if obj.pk == request.user.pk else ["email"]

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        """A new user has no password until he chooses one himself, through the mail that goes out after saving."""
        if not change:
            obj.set_unusable_password()
        if change and obj.is_active and "is_active" in form.changed_data and obj.is_staff:
            obj.is_active = False
            self._ask(request, lambda: second_person.ask_account(obj, by=request.user, at=clock.now()))
        super().save_model(request, obj, form, change)
        if not change:
            self._invite(request, [obj])

    def save_formset(self, request: HttpRequest, form, formset, change: bool) -> None:
        """A role at Cubiss is asked for, and there once a second person agreed; another role is given by one."""
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        for row in rows:
            before = Assignment.objects.filter(pk=row.pk).first() if row.pk else None
            if row.role in OFFICE_ROLES:
                if before is None or before.role != row.role:
                    who, role = row.user, row.role
                    self._ask(request, lambda: second_person.ask_role(who, role, by=request.user, at=clock.now()))  # noqa: B023
                continue
            if before is None or (before.role, before.organisation_id) != (row.role, row.organisation_id):
                row.granted_by, row.granted_at = request.user, clock.now()
            row.save()
        formset.save_m2m()

    def _ask(self, request: HttpRequest, ask: Callable[[], PendingChange]) -> None:
        try:
            words = second_person.who_looks(ask())
        except ChangeRefused as refused:
            self.message_user(request, sentence(refused), messages.ERROR)
        else:
            self.message_user(request, f"{words} Alle collega’s krijgen een mail.")

    @admin.action(description="Stuur een mail om een wachtwoord te kiezen", permissions=["change"])
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._invite(request, list(queryset.filter(is_active=True)))

    def _invite(self, request: HttpRequest, users: list[User]) -> None:
        """In the transaction of the account itself; a worker sends the mail."""
        for user in users:
            outbox.ask_reset(user.email, at=clock.now())
            self.message_user(request, f"{user} krijgt een mail om een wachtwoord te kiezen.")
