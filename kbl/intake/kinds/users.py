"""Colleagues who work with KBL, each with a role. Who is new gets one mail, with which to choose a password."""

from collections.abc import Iterable
from contextlib import suppress
from typing import assert_never

from intermediaries.models import Accreditation
from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import OFFICE_ROLES, Bound, Role
from kbl.accounts.waiting import has_office_box, has_office_name
from kbl.intake import invitations
from kbl.intake.resource import Change, Column, DownloadableIntake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Choice, Email, Named, Text, folded
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.second_person import second_person
from libraries.models import Participation


class Users(DownloadableIntake):
    """One row is one role of one person; somebody with two roles has two rows."""

    slug, title, icon = "gebruikers", "Gebruikers", "users"
    one, many = "gebruiker", "gebruikers"
    lead = "Collega’s van bibliotheken, intermediairs, gemeenten, Cubiss en de provincie."
    explained = (
        "Alleen collega’s. Een inwoner heeft nooit een account.",
        "Wie nieuw is, krijgt één mail om een wachtwoord te kiezen. Wie er al is, krijgt geen mail.",
        "Twee rollen voor één persoon? Gebruik twee regels.",
        "Een rol bij Cubiss wacht na het inlezen op een tweede persoon.",
    )

    email = Column("E-mailadres", Email(required=True), example="collega@voorbeeld.example", also=["e-mail", "mail"])
    name = Column("Naam", Text(120, required=True), example="Vera Voorbeeld")
    role = Column("Rol", Choice(Role.choices, required=True), example="Bibliotheek balie")
    organisation = Column(
        "Organisatie",
        Named("organisatie"),
        example="Bibliotheek Voorbeeld",
        hint="Leeg bij Cubiss en de provincie.",
        also=["bibliotheek", "intermediair"],
    )
    branch = Column("Vestiging", Text(80), example="Centrum", hint="Alleen voor wie aan één balie werkt.")

    def learn(self) -> None:
        self.fields["organisation"].widget.know(Organisation.objects.all(), "name", "slug")
        self.there = {user.email.casefold(): user for user in User.objects.all()}
        self.roles = {
            (each.user_id, each.role, each.organisation_id): each
            for each in Assignment.objects.select_related("branch")
        }
        self.branches = {(each.organisation_id, folded(each.name)): each for each in Branch.objects.all()}
        self.libraries = set(Participation.objects.values_list("library_id", flat=True))
        self.municipalities = set(Municipality.objects.exclude(authority=None).values_list("authority_id", flat=True))
        self.intermediaries = set(Accreditation.objects.values_list("organisation_id", flat=True))

    def key(self, values: Values) -> tuple[str, str, int | None]:
        organisation = values["organisation"]
        return values["email"], values["role"], organisation.pk if organisation else None

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        names: dict[str, Judged] = {}
        for row in rows:
            email = row.values["email"]
            row.target = self.there.get(email)
            first = names.setdefault(email, row)
            if first.values["name"] != row.values["name"]:
                row.refuse(f"Naam: op regel {first.number} heeft dit e-mailadres een andere naam.")
            mine, joins = row.target.pk if row.target else None, row.values["role"] in OFFICE_ROLES
            other_name = row.target is None or row.target.name != row.values["name"]
            if (joins or other_name) and has_office_name(row.values["name"], except_for=mine):
                row.refuse("Naam: zo heet al een collega van Cubiss. Maak de naam anders, met een voorletter.")
            if row.target is None and has_office_box(email):
                row.refuse("E-mailadres: dit is de mailbox van een collega van Cubiss. Kies een eigen adres.")
            self._judge_role(row)
            if row.target and row.verdict != Verdict.WRONG:
                self._beside(row, row.target, upload)

    def _judge_role(self, row: Judged) -> None:
        """A role fits what its organisation does."""
        bound, organisation = Role(row.values["role"]).details.bound, row.values["organisation"]
        row.values["desk"] = None
        if wrong := self._misfit(bound, organisation):
            row.refuse(f"Organisatie: {wrong}")
        if row.values["branch"]:
            found = self.branches.get((organisation.pk, folded(row.values["branch"]))) if organisation else None
            if bound is not Bound.LIBRARY or found is None:
                row.refuse("Vestiging: dit is geen vestiging van deze bibliotheek.")
            row.values["desk"] = found

    def _misfit(self, bound: Bound, organisation: Organisation | None) -> str:
        """Why somebody in such a role cannot act for this organisation; empty when he can."""
        if bound is Bound.PROGRAMME:
            return "deze rol hoort bij het programma. Laat de cel leeg." if organisation else ""
        if organisation is None:
            return "vul in voor wie deze collega werkt."
        match bound:
            case Bound.LIBRARY:
                return (
                    "" if organisation.pk in self.libraries else "deze organisatie doet nog niet mee als bibliotheek."
                )
            case Bound.INTERMEDIARY:
                fits = organisation.pk in self.intermediaries
                return "" if fits else "deze organisatie heeft nog geen accreditatie."
            case Bound.MUNICIPALITY:
                fits = organisation.pk in self.municipalities
                return "" if fits else "deze organisatie is geen gemeente. Koppel haar eerst, bij Gemeenten."
            case _:
                assert_never(bound)

    def _beside(self, row: Judged, user: User, upload: Upload) -> None:
        """A row about somebody who has an account: perhaps another name, perhaps a role that is new."""
        if user.pk == upload.by.pk:
            row.verdict = Verdict.SAME
            if user.name != row.values["name"] or self._role(row, user) is None:
                row.refuse("Dit bent u zelf. Uw eigen rol en naam verandert een collega.")
            return
        if not user.is_active:
            row.refuse("Dit account is niet in gebruik. Zet het eerst aan, bij Gebruikers.")
            return
        there = self._role(row, user)
        if user.name != row.values["name"]:
            row.changes.append(Change("Naam", user.name, row.values["name"]))
        if there is None:
            row.changes.append(Change("Rol", "", self._words(row)))
        elif row.values["desk"] and there.branch != row.values["desk"]:
            row.changes.append(Change("Vestiging", str(there.branch or ""), str(row.values["desk"])))
        row.verdict = Verdict.CHANGED if row.changes else Verdict.SAME

    def _role(self, row: Judged, user: User) -> Assignment | None:
        _, role, organisation = self.key(row.values)
        return self.roles.get((user.pk, role, organisation))

    @staticmethod
    def _words(row: Judged) -> str:
        organisation = row.values["organisation"]
        return f"{Role(row.values['role']).label}{f', {organisation}' if organisation else ''}"

    def save(self, rows: list[Judged], upload: Upload) -> None:
        fresh: dict[str, User] = {}
        for row in rows:
            if row.target is None and row.values["email"] not in fresh:
                user = User(email=row.values["email"], name=row.values["name"])
                user.set_unusable_password()
                fresh[user.email] = user
        User.objects.bulk_create(fresh.values(), batch_size=500)
        renamed: dict[int, User] = {}
        roles, desks, asked = [], [], []
        for row in rows:
            user = row.target or fresh[row.values["email"]]
            if user.name != row.values["name"]:
                user.name = row.values["name"]
                renamed[user.pk] = user
            there = self._role(row, user)
            values = {"organisation": row.values["organisation"], "branch": row.values["desk"]}
            if there is None and row.values["role"] in OFFICE_ROLES:
                asked.append((user, row.values["role"]))
            elif there is None:
                given = {"granted_at": upload.at, "granted_by": upload.by}
                roles.append(Assignment(user=user, role=row.values["role"], **values, **given))
            elif row.values["desk"] and there.branch != row.values["desk"]:
                there.branch = row.values["desk"]
                desks.append(there)
        User.objects.bulk_update(renamed.values(), ["name"], batch_size=200)
        Assignment.objects.bulk_create(roles, batch_size=500)
        for user, role in asked:  # a role at Cubiss is there once a second person agreed
            with suppress(second_person.ChangeRefused):  # the same file again, or two of one name: it waits already
                second_person.ask_role(user, role, by=upload.by, at=upload.at)
        Assignment.objects.bulk_update(desks, ["branch"], batch_size=200)
        invitations.invite(fresh.values(), at=upload.at)

    def queryset(self) -> Iterable[Assignment]:
        return Assignment.objects.filter(user__is_active=True).select_related("user", "organisation", "branch")

    def dehydrate_email(self, assignment: Assignment) -> str:
        return assignment.user.email

    def dehydrate_name(self, assignment: Assignment) -> str:
        return assignment.user.name

    def dehydrate_role(self, assignment: Assignment) -> str:
        return str(Role(assignment.role).label)

    def dehydrate_organisation(self, assignment: Assignment) -> str:
        return str(assignment.organisation or "")

    def dehydrate_branch(self, assignment: Assignment) -> str:
        return str(assignment.branch or "")
