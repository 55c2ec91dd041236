"""Walking every closed set of the house: which enums there are, and what each member lacks."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum

from django.db import models

HOUSE = ("kbl", "vouchers", "intermediaries", "libraries", "reporting")


@dataclass(frozen=True)
class Facet:
    """Something that each member of a closed set has: a sentence, an icon, a worklist, a row in a table.

    `of` gives it for one member, and nothing or an error when it is not there. `without` are the members that have
    none, on purpose: there `of` must give nothing.
    """

    name: str
    of: Callable[[Enum], object]
    without: frozenset[Enum] = field(default_factory=frozenset)

    def lacks(self, member: Enum) -> str:
        """What is wrong with one member, in a line; empty when nothing is."""
        try:
            found = self.of(member)
        except (LookupError, ValueError, AssertionError) as error:
            found, why = None, f" ({type(error).__name__})"
        else:
            why = ""
        if member in self.without:
            return f"{member!r} has a {self.name}, and is said to have none" if found else ""
        return "" if found else f"{member!r} has no {self.name}{why}"


Register = Mapping[type[Enum], tuple[Facet, ...]]


def modules() -> Iterator[str]:
    """Every module of the house, without migrations and the server's door (that one changes settings)."""
    for name in HOUSE:
        package = importlib.import_module(name)
        yield name
        for each in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in each.name and each.name != "kbl.wsgi":
                yield each.name


def closed_sets() -> list[type[Enum]]:
    """Every enum that a module of the house defines, also those inside a class, by name."""
    found: dict[str, type[Enum]] = {}

    def look(holder: object, module: str, prefix: str) -> None:
        for name, value in list(vars(holder).items()):
            if inspect.isclass(value) and value.__module__ == module and value.__qualname__ == f"{prefix}{name}":
                if issubclass(value, Enum):
                    found[f"{module}.{value.__qualname__}"] = value
                look(value, module, f"{value.__qualname__}.")

    for name in modules():
        look(importlib.import_module(name), name, "")
    return [found[name] for name in sorted(found)]


def unfinished(sets: Iterable[type[Enum]], register: Register) -> list[str]:
    """What the closed sets lack, a line each: a row in the register, and of each member what its row asks."""
    sets = list(sets)
    known = set(sets)
    return [
        *(f"{_name(each)} has no row in the register" for each in sets if each not in register),
        *(f"{_name(each)} stands in the register and is no closed set" for each in register if each not in known),
        *(
            lack
            for each in sets
            for facet in register.get(each, ())
            for member in each
            if (lack := facet.lacks(member))
        ),
    ]


def planted(closed: type[Enum]) -> Enum:
    """A member that nobody thought of, of a set like this one."""
    if issubclass(closed, models.IntegerChoices):
        return models.IntegerChoices(closed.__name__, {"PLANTED": 9_999}).PLANTED  # type: ignore[attr-defined]
    if issubclass(closed, models.TextChoices):
        return models.TextChoices(closed.__name__, {"PLANTED": "planted"}).PLANTED  # type: ignore[attr-defined]
    kind = StrEnum if issubclass(closed, StrEnum) else IntEnum if issubclass(closed, IntEnum) else Enum
    return kind(closed.__name__, {"PLANTED": 9_999 if kind is IntEnum else "planted"}).PLANTED  # type: ignore[attr-defined]


def _name(each: type[Enum]) -> str:
    return f"{each.__module__}.{each.__qualname__}"
