"""The roles as one table: of which audience each is, for whom, and what it may.

A role is one member of `Role` and one row of `ROLES`. Views, menus, forms, the file of colleagues, the help pages and
the database's own constraint follow from the row; what cannot follow stops the start and says what is missing
(docs/how-to/role.md).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Audience(models.TextChoices):
    """For whom pages are: each audience has its own tree of addresses."""

    CUBISS = "cubiss", "Projectteam"
    INTERMEDIARY = "intermediary", "Intermediair"
    LIBRARY = "library", "Bibliotheek"
    MUNICIPALITY = "municipality", "Gemeente"
    PROVINCE = "province", "Provincie"


class Bound(Enum):
    """For whom somebody in a role acts: for the programme itself, or for an organisation that does something in it."""

    PROGRAMME = auto()
    INTERMEDIARY = auto()
    LIBRARY = auto()
    MUNICIPALITY = auto()


class Right(StrEnum):
    """What not everybody of an audience may do. Templates name a right by its value: `"correct" in acting.rights`."""

    ACCOUNTS = "accounts"  # ask for another bank account, and be the second person who decides
    AGREE = "agree"  # record what a library agreed on self-billing
    ANSWER = "answer"  # answer discrepancies, look at signals, send reminders
    CLOSE = "close"  # close a quarter
    COORDINATE = "coordinate"  # stock, orders, accreditations, lists of parties and colleagues, files read in
    CORRECT = "correct"  # take a line back after its closing
    HEAR_WARNINGS = "hear_warnings"  # gets the mail when the fund runs short
    KEEP_BOOKS = "keep_books"  # the fund, approving statements, preparing payments, the bank's files
    MANAGE = "manage"  # its own organisation's statements, particulars and agreements
    OWN_ACCOUNT = "own_account"  # see the account that its own organisation is paid on, and ask for another
    RELEASE = "release"  # take a payment run further: release it, send it, stop it
    REPORT = "report"  # write in the province's report, put it before a colleague, and be the one who releases it
    REVALIDATE = "revalidate"  # be the second person who makes void vouchers valid again
    TRY_AGAIN = "try_again"  # make a document or a mail again that failed


class Role(models.TextChoices):
    """As what somebody logs in. What a role is and may, its row in `ROLES` says."""

    CUBISS_COORDINATOR = "cubiss_coordinator", "Cubiss coördinator"
    CUBISS_FINANCE = "cubiss_finance", "Cubiss financiën"
    CUBISS_READER = "cubiss_reader", "Cubiss lezer"
    INTERMEDIARY = "intermediary", "Intermediair"
    LIBRARY_DESK = "library_desk", "Bibliotheek balie"
    LIBRARY_MANAGER = "library_manager", "Bibliotheek beheer"
    MUNICIPALITY = "municipality", "Gemeente"
    PROVINCE = "province", "Provincie"

    @property
    def details(self) -> "RoleDetails":
        """The row of this role."""
        return ROLES[self]

    @property
    def audience(self) -> Audience:
        return self.details.audience

    @property
    def rights(self) -> frozenset[Right]:
        return self.details.rights


@dataclass(frozen=True)
class AudienceDetails:
    """An audience: the page where its people start, and for whom they may act."""

    home: str
    bound: Bound


@dataclass(frozen=True)
class RoleDetails:
    """One role: its audience, what it may, and its instructions (kbl/site), its own first.

    `office`: sees all organisations and the office's lists, so it logs in with a second step.
    `not_at_a_library`: what it may, except for an organisation that is a library too. Who hands out vouchers at a
    library's desk is no manager of that library, on whatever page.
    """

    audience: Audience
    sheets: tuple[str, ...]
    rights: frozenset[Right] = field(default_factory=frozenset)
    office: bool = False
    not_at_a_library: frozenset[Right] = field(default_factory=frozenset)

    @property
    def bound(self) -> Bound:
        return AUDIENCES[self.audience].bound

    @property
    def for_an_organisation(self) -> bool:
        return self.bound is not Bound.PROGRAMME


AUDIENCES: dict[Audience, AudienceDetails] = {
    Audience.CUBISS: AudienceDetails("cubiss:home", Bound.PROGRAMME),
    Audience.INTERMEDIARY: AudienceDetails("intermediary:home", Bound.INTERMEDIARY),
    Audience.LIBRARY: AudienceDetails("library:desk", Bound.LIBRARY),
    Audience.MUNICIPALITY: AudienceDetails("municipality:home", Bound.MUNICIPALITY),
    Audience.PROVINCE: AudienceDetails("province:reports", Bound.PROGRAMME),
}
ALL_SHEETS = ("cubiss", "intermediair", "balie", "bibliotheek-beheer", "gemeente", "provincie")
# What coordinator and finance both do: wherever two people are asked for, these are the two.
TEAM = frozenset(
    {
        Right.ACCOUNTS,
        Right.AGREE,
        Right.ANSWER,
        Right.CLOSE,
        Right.CORRECT,
        Right.HEAR_WARNINGS,
        Right.RELEASE,
        Right.REPORT,
        Right.REVALIDATE,
        Right.TRY_AGAIN,
    }
)
ROLES: dict[Role, RoleDetails] = {
    Role.CUBISS_COORDINATOR: RoleDetails(Audience.CUBISS, ALL_SHEETS, TEAM | {Right.COORDINATE}, office=True),
    Role.CUBISS_FINANCE: RoleDetails(Audience.CUBISS, ALL_SHEETS, TEAM | {Right.KEEP_BOOKS}, office=True),
    Role.CUBISS_READER: RoleDetails(Audience.CUBISS, ALL_SHEETS, office=True),
    Role.INTERMEDIARY: RoleDetails(
        Audience.INTERMEDIARY,
        ("intermediair",),
        frozenset({Right.MANAGE, Right.OWN_ACCOUNT}),
        not_at_a_library=frozenset({Right.OWN_ACCOUNT}),
    ),
    Role.LIBRARY_DESK: RoleDetails(Audience.LIBRARY, ("balie",)),
    Role.LIBRARY_MANAGER: RoleDetails(
        Audience.LIBRARY, ("bibliotheek-beheer", "balie"), frozenset({Right.MANAGE, Right.OWN_ACCOUNT})
    ),
    Role.MUNICIPALITY: RoleDetails(Audience.MUNICIPALITY, ("gemeente",)),
    Role.PROVINCE: RoleDetails(Audience.PROVINCE, ("provincie",)),
}


def missing_details(
    roles: Collection[Role],
    table: Mapping[Role, RoleDetails],
    audiences: Mapping[Audience, AudienceDetails],
    rights: Collection[Right],
) -> list[str]:
    """What a role, an audience or a right lacks before anybody can work with it, a line each."""
    return [
        *(f"Role.{each.name} has no row in ROLES" for each in roles if each not in table),
        *(f"Audience.{each.name} has no row in AUDIENCES" for each in Audience if each not in audiences),
        *(f"Role.{role.name} has no instruction" for role, row in table.items() if not row.sheets),
        *(
            f"Role.{role.name} works in the office, which {row.audience.name} is not"
            for role, row in table.items()
            if row.office and row.audience is not Audience.CUBISS
        ),
        *(
            f"Right.{each.name} is given to no role"
            for each in rights
            if not any(each in row.rights for row in table.values())
        ),
    ]


def that_may(right: Right) -> list[Role]:
    """The roles that may do something, in the order of the table."""
    return [role for role, row in ROLES.items() if right in row.rights]


def bound_to_an_organisation(bound: bool) -> list[str]:
    """The values of the roles that act for an organisation, or of those that act for the programme."""
    return [role.value for role, row in ROLES.items() if row.for_an_organisation is bound]


if _missing := missing_details(Role, ROLES, AUDIENCES, Right):
    raise ImproperlyConfigured("Roles (kbl/accounts/roles.py): " + "; ".join(_missing) + ".")

OFFICE_ROLES = [role for role, row in ROLES.items() if row.office]
