"""The risk register: the plan's risks, each with how it stands now, where it goes, and what is done about it.

register(as_of)     what was known at a moment; the newest note of every risk, with those before it
"""

from dataclasses import dataclass
from datetime import date

from reporting.figures.as_of import AsOf
from reporting.monitor.models import Risk, RiskNote


@dataclass(frozen=True)
class RiskStanding:
    """One risk as known at a moment: its newest note (None: nothing entered yet), and all notes, the oldest first."""

    risk: Risk
    notes: tuple[RiskNote, ...]
    on: date

    @property
    def newest(self) -> RiskNote | None:
        return self.notes[-1] if self.notes else None

    @property
    def is_late(self) -> bool:
        """The day of its measure has passed, and nothing newer was written down."""
        return self.newest is not None and self.newest.due_on < self.on


def register(as_of: AsOf) -> list[RiskStanding]:
    """Every risk of the plan, in its order."""
    notes: dict[int, list[RiskNote]] = {}
    for note in RiskNote.objects.filter(as_of.known()).order_by("on", "pk"):
        notes.setdefault(note.risk_id, []).append(note)
    return [RiskStanding(each, tuple(notes.get(each.pk, ())), as_of.until) for each in Risk.objects.order_by("number")]
