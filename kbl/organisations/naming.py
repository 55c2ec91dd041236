"""Organisations, municipalities and branches by (a part of) their name, found in the database; closest first.

Capitals, accents and signs make no difference (kbl/folding.py). Every word that is typed must be somewhere in the name,
the place or the municipality.
"""

from difflib import get_close_matches
from typing import TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from kbl.folding import Folded, folded
from kbl.organisations.models import Branch, Municipality, Organisation

M = TypeVar("M", Organisation, Municipality, Branch)

ALIKE = 0.72
CANDIDATES = 60
PIECE = 3  # letters
MOST_PIECES, MOST_WORDS = 16, 12
WHOLE = 0  # the closeness of a name that was typed wholly


def named(text: str, among: QuerySet[M]) -> QuerySet[M]:
    """Who of these is meant by what was typed, the closest first, with their `closeness`; nobody when nothing was.

    The whole name, then its beginning, then the beginning of a word, then anywhere.
    """
    words = folded(text).split()[:MOST_WORDS]
    if not words:
        return among.none()
    found = among.alias(named=_name(among))
    if among.model is not Organisation:
        for word in words:
            found = found.filter(named__contains=word)
    else:
        found = found.alias(looked_for=Folded("name", "city"))  # as the index has it (migration 0019)
        for word, municipalities in _municipalities(words).items():
            found = found.filter(Q(looked_for__contains=word) | Q(municipality__in=municipalities))
    typed = " ".join(words)
    closeness = Case(
        When(named=typed, then=WHOLE),
        When(named__startswith=typed, then=1),
        When(named__contains=f" {typed}", then=2),
        default=3,
        output_field=IntegerField(),
    )
    return found.annotate(closeness=closeness).order_by("closeness", "named", "pk")


def near(text: str, among: QuerySet[M], count: int = 5) -> list[M]:
    """Who of these has a name that looks like what was typed, where nobody has it: the most alike first.

    The database chooses those that share the most pieces of three letters; only those are compared letter by letter.
    """
    typed = folded(text)
    pieces = sorted({typed[start : start + PIECE] for start in range(len(typed) - PIECE + 1)})[:MOST_PIECES]
    if not pieces:
        return []
    shared: Combinable = Value(0)
    for piece in pieces:
        shared = shared + Case(When(named__contains=piece, then=1), default=0, output_field=IntegerField())
    candidates = among.alias(named=_name(among)).annotate(folded=_name(among), shared=shared)
    by_name: dict[str, list[M]] = {}
    for each in candidates.order_by("-shared", "folded")[:CANDIDATES]:
        by_name.setdefault(each.folded, []).append(each)
    alike = get_close_matches(typed, list(by_name), n=count, cutoff=ALIKE)
    return [each for name in alike for each in by_name[name]][:count]


def _name(among: QuerySet[M]) -> Folded:
    """What these are called; a branch with its library, because many branches are called the same."""
    return Folded("organisation__name", "name") if among.model is Branch else Folded("name")


def _municipalities(words: list[str]) -> dict[str, list[int]]:
    """Per word the municipalities that have it in their name: as keys, so that both indexes of who lies there help."""
    any_of = Q()
    for word in words:
        any_of |= Q(named__contains=word)
    rows = Municipality.objects.annotate(named=Folded("name")).filter(any_of).order_by()
    known = list(rows.values_list("pk", "named"))
    return {word: [pk for pk, name in known if word in name] for word in words}
