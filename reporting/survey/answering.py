"""Answering the survey: what is kept, how often one place may answer, and a card that answers once.

Nothing is kept of who answers: no hour, no address, no device. From one network a few dozen answers an hour are taken,
enough for a library's own wifi; they are counted under a name from which the address cannot be found again. A card is
used up in a transaction of its own, before the answer is written: no row says which answer came with which card.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

from kbl.organisations.models import Organisation
from libraries.models import Participation
from reporting.survey.models import SurveyAnswer, SurveyCard
from reporting.survey.questions import Question
from vouchers.public.tries import Tries

PER_HOUR = 40
MOST_CARDS = 200
CARD_BYTES = 9  # twelve letters in an address


class NothingAnswered(Exception):
    """There is nothing to keep: every question was left open."""


class CardUsed(Exception):
    """This card has answered already, or it is no card of this library."""


class TooManyAnswers(Exception):
    """From this network too many answers came within the hour."""


def surveyed(slug: str, on: date) -> Organisation:
    """The library whose members are asked. Raises Participation.DoesNotExist, also before it takes part."""
    found = Participation.objects.select_related("library").get(library__slug=slug, starts_on__lte=on)
    return found.library


def answer(
    library: Organisation, said: Mapping[Question, str], *, card: str = "", address: str, on: date, at: datetime
) -> None:
    """Keep one answer. Raises NotAnswered, CardUsed, TooManyAnswers; ValueError for what is no answer."""
    values = {question.value: said.get(question, "") for question in Question}
    for question in Question:
        if (value := values[question.value]) and value not in question.answers.values:
            raise ValueError(f"{value!r} is no answer to {question.value}.")
    if not any(values.values()):
        raise NothingAnswered
    tries = Tries("reporting.survey", address, at, most=PER_HOUR, minutes=60)
    if tries.are_over:
        raise TooManyAnswers
    if card:
        _use_up(card, library)
    tries.count()
    SurveyAnswer.objects.create(library=library, month=on.replace(day=1), **values)


def make_cards(library: Organisation, count: int) -> list[str]:
    """So many new cards: what each code says. It is told once; only its hash is kept. Raises ValueError."""
    if not 1 <= count <= MOST_CARDS:
        raise ValueError(f"From 1 to {MOST_CARDS} cards at a time.")
    codes = [secrets.token_urlsafe(CARD_BYTES) for _ in range(count)]
    SurveyCard.objects.bulk_create([SurveyCard(digest=_digest(code), library=library) for code in codes])
    return codes


def _use_up(card: str, library: Organisation) -> None:
    fresh = SurveyCard.objects.filter(digest=_digest(card), library=library, used=False)
    if fresh.update(used=True) != 1:
        raise CardUsed


def _digest(card: str) -> str:
    return sha256(card.encode()).hexdigest()
