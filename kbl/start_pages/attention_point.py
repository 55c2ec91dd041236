"""One thing that asks the project team's attention, and what all of them have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

# How many there are of what may ask attention, by name: all of it in one question (attention.py).
Counts = Mapping[str, int]

PATIENCE = timedelta(days=14)
NAMED = 3


@dataclass(frozen=True)
class AttentionPoint:
    """One thing that asks attention; `urgent` ones are coloured."""

    words: str
    note: str
    url: str
    link: str
    icon: str
    urgent: bool = False
