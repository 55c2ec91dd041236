"""What the coordinator can do with these numbers, as links to forms that are filled in beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from vouchers.models import Batch, Voucher
from vouchers.numbers import SerialRange

Status = Voucher.Status


@dataclass(frozen=True)
class Action:
    """A link to a form of the office."""

    label: str
    url: str
    icon: str


# The route, what it is called, its icon, and the statuses in which it makes sense.
ACTIONS = [
    ("cubiss:allocate", "Toewijzen", "truck", {Status.IN_STOCK}),
    ("cubiss:print_sheets", "Printen", "printer", {Status.IN_STOCK, Status.ALLOCATED}),
    ("cubiss:take_back", "Terugnemen", "undo-2", {Status.ALLOCATED}),
    ("cubiss:recall", "Terugvragen", "send", {Status.ALLOCATED}),
    ("cubiss:hand_on", "Verplaatsen", "split", {Status.ALLOCATED}),
    ("cubiss:extend", "Langer geldig", "calendar-check", {Status.IN_STOCK, Status.ALLOCATED, Status.HANDED_OUT}),
    ("cubiss:void", "Ongeldig maken", "ban", {Status.IN_STOCK, Status.ALLOCATED, Status.HANDED_OUT}),
    ("cubiss:revalidate", "Weer geldig maken", "rotate-ccw", {Status.VOID}),
]
FROM_A_HOLDER = {"cubiss:take_back", "cubiss:recall", "cubiss:hand_on"}


def actions(
    ranges: Iterable[SerialRange], *, statuses: set[str], holder: int | None = None, medium: str = Batch.Medium.PAPER
) -> list[Action]:
    """What can be done with vouchers of these statuses; `holder` when all of them lie with one organisation."""
    numbers = ",".join(map(str, ranges))
    found = []
    for name, label, icon, fitting in ACTIONS:
        if not statuses & fitting:
            continue
        asked = {"nummers": numbers}
        if holder and name in FROM_A_HOLDER:
            asked["van"] = str(holder)
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if name == "cubiss:print_sheets" and medium == Batch.Medium.DIGITAL:
            label = "PDF maken"
        found.append(Action(label, f"{url}?{urlencode(asked, safe=',')}", icon))
    return found
