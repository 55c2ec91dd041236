"""Every refusal of settling has one sentence that says what to do; a code that was kept gives one too."""

from datetime import date

import pytest

from kbl.facts import FutureDate
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.organisations.closing_lock import BooksBusy, QuarterClosed
from kbl.periods import Quarter
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.models import ClosingWindow, Statement
from kbl.settlements.sentences import MISSING_TARIFF, code, enumerate_dutch, sentence, sentence_of_code
from kbl.settlements.statements.corrections import NotCorrectable
from kbl.settlements.statements.steps import OwnWork, StepRefused
from kbl.settlements.tariffs.tariffs import MissingTariff
from tests.settlements.conftest import Q4

REASONS = [
    ClosingRefused.Reason.NOT_OVER,
    ClosingRefused.Reason.ALREADY_CLOSED,
    ClosingRefused.Reason.EARLIER_OPEN,
    ClosingRefused.Reason.BEFORE_PROGRAMME,
    ClosingRefused.Reason.NO_IBAN,
]
REFUSALS = [
    *(ClosingRefused(reason, Q4, first=Quarter(2025, 3)) for reason in REASONS),
    MissingTariff("handling", date(2025, 10, 2), 3),
    MissingTariff("membership", date(2025, 10, 2)),
    QuarterClosed(Q4),
    BooksBusy(),
    *(StepRefused(status) for status in Statement.Status.values),
    OwnWork(),
    NotCorrectable(NotCorrectable.Reason.IS_CORRECTION),
    NotCorrectable(NotCorrectable.Reason.ALREADY_CORRECTED),
    AlreadyBooked("cost:1"),
    AlreadyBooked("reversal:1"),
    NotReversible("draw"),
    FutureDate(date(2027, 1, 1)),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=repr)
def test_a_refusal_is_one_sentence(refusal, db):
    words = sentence(refusal)
    assert words.endswith(".")
    assert ". " not in words.removesuffix(".")
    assert words[0].isupper() or words[0].isdigit()


@pytest.mark.parametrize("reason", [*REASONS, MISSING_TARIFF])
def test_a_kept_code_gives_a_sentence(reason, db):
    assert Q4.label in sentence_of_code(reason, Q4) or reason == ClosingRefused.Reason.NO_IBAN
    assert len(reason) <= ClosingWindow._meta.get_field("refused").max_length


def test_a_refusal_is_kept_as_its_code():
    assert code(ClosingRefused(ClosingRefused.Reason.NO_IBAN, Q4)) == "no_iban"
    assert code(MissingTariff("handling", date(2025, 10, 2))) == MISSING_TARIFF


def test_sentences_say_which_day_which_quarter_and_who(closed, venlo, landgraaf):
    assert "1 januari 2026" in sentence(ClosingRefused(ClosingRefused.Reason.NOT_OVER, Q4))
    assert "12 januari 2026" in sentence(ClosingRefused(ClosingRefused.Reason.ALREADY_CLOSED, Q4))
    assert "3e kwartaal 2025" in sentence(
        ClosingRefused(ClosingRefused.Reason.EARLIER_OPEN, Q4, first=Quarter(2025, 3))
    )
    poor = ClosingRefused(ClosingRefused.Reason.NO_IBAN, Q4, organisations=(venlo, landgraaf))
    assert "Bibliotheek Venlo en Bibliotheek Landgraaf" in sentence(poor)
    assert "2 oktober 2025" in sentence(MissingTariff("handling", date(2025, 10, 2)))


def test_a_bug_is_not_dressed_up_as_a_refusal():
    with pytest.raises(TypeError):
        sentence(ValueError("a bug"))


def test_names_are_listed_the_dutch_way():
    assert [enumerate_dutch(names) for names in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A en B", "A, B en C"]
