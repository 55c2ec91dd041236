"""Somebody's roles, each with its organisation, whether that is a library, and its branches: one question per request.

Every page of every role begins with it, a desk with a queue too, so it is written out.
"""

from functools import cache
from itertools import groupby

from django.db import connection
from django.db.models import OneToOneRel

from kbl.accounts.models import Assignment, User
from kbl.organisations.models import Branch, Organisation
from kbl.written_out import Columns

ROLE, PARTY, BRANCH = Columns(Assignment, "role"), Columns(Organisation, "party"), Columns(Branch, "branch")


def _taking_part() -> OneToOneRel:
    """Whether an organisation is a library is told by a room above this one."""
    relation: object = Organisation._meta.get_field("participation")
    assert isinstance(relation, OneToOneRel)
    return relation


@cache
def _participation() -> Columns:
    return Columns(_taking_part().field.model, "library")


@cache
def _question() -> str:
    library = _participation()
    return (
        f"SELECT {ROLE}, {PARTY}, {library}, {BRANCH}"
        f' FROM "{Assignment._meta.db_table}" role'
        f' LEFT JOIN "{Organisation._meta.db_table}" party ON party.id = role.organisation_id'
        f' LEFT JOIN "{library.model._meta.db_table}" library ON library.library_id = party.id'
        f' LEFT JOIN "{Branch._meta.db_table}" branch ON branch.organisation_id = party.id'
        " WHERE role.user_id = %s ORDER BY role.id, branch.name"
    )


def of_user(user: User) -> list[Assignment]:
    """The roles of a user, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_question(), [user.pk])
        rows = cursor.fetchall()
    return [_read(list(those), user) for _, those in groupby(rows, key=lambda row: row[0])]


def _read(rows: list[tuple], user: User) -> Assignment:
    """One role from its rows, of which there is one per branch."""
    library = _participation()
    at_library = len(ROLE) + len(PARTY)
    role = ROLE.read(rows[0])
    assert role is not None  # a row is a role
    role.user = user
    role.organisation = party = PARTY.read(rows[0], len(ROLE))
    if party is None:
        return role
    taking_part = library.read(rows[0], at_library)
    # As select_related leaves them: an organisation that is no library says so without asking again.
    _taking_part().set_cached_value(party, taking_part)
    if taking_part is not None:
        taking_part.library = party
    read = (BRANCH.read(row, at_library + len(library)) for row in rows)
    role.branches_there = tuple(branch for branch in read if branch is not None)
    for branch in role.branches_there:
        branch.organisation = party
    if own := next((each for each in role.branches_there if each.pk == role.branch_id), None):
        role.branch = own
    return role
