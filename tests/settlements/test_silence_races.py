"""Silence and an answer at the same moment, several mornings at once, and a morning before there is anything."""

from datetime import date

import pytest

from kbl.mail import sending as post
from kbl.settlements.models import Closing, Reminder, Statement, StatementStep
from kbl.settlements.statements import silence, steps
from tests.conftest import at
from tests.races.support import kinds, looked_by_all, together

State, Status = Reminder.State, Statement.Status

REMINDED = at(date(2026, 1, 22), 8)  # ten days after the closing of 12 January
SILENT = at(date(2026, 2, 2), 8)  # twenty-one days after it


def test_before_there_is_a_programme_nothing_happens(db, mailoutbox):
    silence.watch(at=REMINDED)
    assert not mailoutbox


# --- at the same moment -----------------------------------------------------------------------------------------------


@pytest.fixture
def due(told) -> Closing:
    silence.watch(at=REMINDED)
    return told


def silence_and(answer, closed: Closing, monkeypatch) -> list[object]:
    """The morning's silence and the party's answer, both after they looked."""
    real = silence.due_by_silence
    look = looked_by_all(lambda *, at: list(real(at=at)), 2)
    monkeypatch.setattr(silence, "due_by_silence", look)

    def speak():
        look(at=SILENT)
        answer()

    return together(lambda: silence.confirm_silent(at=SILENT), speak)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["confirm", "dispute"])
def test_silence_and_an_answer_at_the_same_moment_are_one_step(due, venlo, manager, monkeypatch, way):
    mine = due.statements.get(organisation=venlo)
    answers = {
        "confirm": lambda: steps.confirm(mine, by=manager, at=SILENT),
        "dispute": lambda: steps.dispute(mine, reason="amount", by=manager, at=SILENT),
    }
    results = silence_and(answers[way], due, monkeypatch)
    (step,) = StatementStep.objects.filter(statement=mine)
    mine.refresh_from_db()
    assert mine.status == step.status
    spoke = results[1] is None
    assert spoke == (step.by == manager) or kinds(results) == ["StepRefused", "list"]
    assert StatementStep.objects.filter(statement__closing=due).count() == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_this_race_is_real_without_the_guard_a_question_is_answered_by_silence(due, venlo, manager, monkeypatch):
    """Take the conditional UPDATE away, and the question and the silence both stand."""

    look = looked_by_all(Statement.objects.values_list("status", flat=True).get, 2)

    def unguarded(statement, to, *, by, at, reason="", seen=()):
        status = look(pk=statement.pk)
        if status != Status.DRAFT:
            raise steps.StepRefused(status)
        Statement.objects.filter(pk=statement.pk).update(status=to)
        return StatementStep.objects.create(statement=statement, status=to, reason=reason, by=by, at=at)

    monkeypatch.setattr(steps, "_step", unguarded)
    mine = due.statements.get(organisation=venlo)
    Statement.objects.filter(closing=due).exclude(pk=mine.pk).update(status=Status.PAID)  # only Venlo is silent here
    silence_and(lambda: steps.dispute(mine, reason="amount", by=manager, at=SILENT), due, monkeypatch)
    assert StatementStep.objects.filter(statement=mine).count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_mornings_at_once_remind_and_confirm_once(told, mailoutbox):
    assert together(*[lambda: silence.watch(at=REMINDED)] * 4) == [None] * 4
    assert len(mailoutbox) == 3 and Reminder.objects.count() == 3
    assert together(*[lambda: silence.watch(at=SILENT)] * 4) == [None] * 4
    assert StatementStep.objects.filter(statement__closing=told).count() == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_that_race_is_real_without_the_claim_parties_are_reminded_twice(told, mailoutbox, monkeypatch):
    monkeypatch.setattr(post, "claim", lambda reminder, at: True)
    monkeypatch.setattr(post, "unsent", looked_by_all(post.unsent, 4))
    together(*[lambda: silence.remind(at=REMINDED)] * 4)
    assert len(mailoutbox) > 3
