"""Threats 10 and 33: kill -9 at every step of a payment run, then pressed again: nothing half, nothing paid twice.

The bytes for the bank are compared with those of a run that nobody disturbed. Besides the moments that are named here,
`KBL_KILLS` of them are taken at random (3, where nothing is said).
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.db import transaction

from kbl.organisations.models import Organisation
from kbl.payments.models import Payment, PaymentFile, PaymentRun
from kbl.payments.runs import runs
from kbl.settlements.models import NumberSeries, Statement, StatementStep
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED, RELEASED
from tests.races.killing import Child, bring_to, kill, processes
from tests.races.support import until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

EXECUTED = at(DAY, 18)
KILLS = int(os.environ.get("KBL_KILLS", "3"))

MOMENTS = [
    ("prepare", "the number is taken"),
    ("prepare", "statements are locked"),
    ("prepare", "the run is there"),
    ("prepare", "payments are there"),
    ("prepare", "one is in payment"),
    ("prepare", "half are in payment"),
    ("prepare", "before the file"),
    ("prepare", "after the file"),
    ("prepare", "the file is kept"),
    ("prepare", "committed"),
    ("release", "before accounts are compared"),
    ("release", "the step is made"),
    ("release", "committed"),
    ("mark_executed", "the step is made"),
    ("mark_executed", "committed"),
    ("cancel", "before the first payment ends"),
    ("cancel", "one payment has ended"),
    ("cancel", "half the payments have ended"),
    ("cancel", "committed"),
]


@pytest.fixture
def approved(cubiss, made) -> list[Statement]:
    """Six statements to be paid."""
    numbers = ["NL91ABNA0417164300", "NL02ABNA0123456789", "NL20INGB0001234567"] * 2
    return [
        made(
            Organisation.objects.create(name=f"Partij {i}", slug=f"partij-{i}", iban=iban), f"{i}0.05", f"DECL-2025-{i}"
        )
        for i, iban in enumerate(numbers, start=1)
    ]


@pytest.fixture
def undisturbed(approved, finance) -> bytes:
    """The file that the bank would get if nothing happened."""
    with transaction.atomic():
        content = bytes(runs.prepare(approved, execute_on=DAY, by=finance, at=PREPARED).file.content)
        transaction.set_rollback(True)
    return content


@pytest.fixture
def computers() -> Iterator[Callable[[], Child]]:
    with processes("tests.payments.killed_worker") as begin:
        yield begin


@pytest.fixture
def step(approved, finance, coordinator) -> Callable[[str], None]:
    """Press a button, once more if need be: what was done already is refused, and that is all."""

    def press(name: str) -> None:
        with suppress(runs.NotPayable, runs.RunMoved):
            if name == "prepare":
                runs.prepare(approved, execute_on=DAY, by=finance, at=PREPARED)
            elif name == "release":
                runs.release(PaymentRun.objects.get(), by=coordinator, at=RELEASED)
            elif name == "cancel":
                runs.cancel(PaymentRun.objects.get(number=1), by=finance, at=RELEASED)
            else:
                runs.mark_executed(PaymentRun.objects.get(), by=finance, at=EXECUTED)

    return press


def order(name: str, moment: str, approved, finance, coordinator) -> str:
    """What the computer that will be killed has to do."""
    run = PaymentRun.objects.first()
    return json.dumps(
        {
            "step": name,
            "moment": moment,
            "by": (coordinator if name == "release" else finance).pk,
            "at": {"prepare": PREPARED, "mark_executed": EXECUTED}.get(name, RELEASED).isoformat(),
            "on": DAY.isoformat(),
            "statements": [each.pk for each in approved],
            "run": run.pk if run else None,
        }
    )


def everything() -> tuple:
    """All that a run leaves, in a form that can be compared: a killed step changed all of it or none."""
    return (
        list(PaymentRun.objects.order_by("number").values_list("number", "status", "released_at", "executed_at")),
        list(Payment.objects.order_by("end_to_end_id").values_list("end_to_end_id", "amount", "ended")),
        list(Statement.objects.order_by("pk").values_list("number", "status")),
        Counter(StatementStep.objects.values_list("statement__number", "status")),
        [bytes(content) for content in PaymentFile.objects.order_by("pk").values_list("content", flat=True)],
        list(NumberSeries.objects.values_list("name", "last_number")),
    )


def after(step: Callable[[str], None], name: str) -> tuple:
    """What the step leaves when nobody disturbs it; taken back again."""
    with transaction.atomic():
        step(name)
        left = everything()
        transaction.set_rollback(True)
    return left


def to_the_beginning_of(name: str, step: Callable[[str], None]) -> None:
    """Everything that comes before this step, undisturbed."""
    for earlier in {"release": ["prepare"], "cancel": ["prepare"], "mark_executed": ["prepare", "release"]}.get(
        name, []
    ):
        step(earlier)


def to_the_end(step: Callable[[str], None], name: str) -> None:
    """Every button once more, from the one that was cut off."""
    for later in ["cancel", "prepare"] if name == "cancel" else ["prepare", "release", "mark_executed"]:
        step(later)


def nothing_is_paid_twice() -> bool:
    """Each statement in the bank's files that were not cancelled once, for its own amount."""
    told = Counter(
        number
        for file in PaymentFile.objects.exclude(run__status="cancelled").select_related("run")
        for number in Statement.objects.values_list("number", flat=True)
        if f"<EndToEndId>{number}-".encode() in bytes(file.content)
    )
    return set(told.values()) == {1} and len(told) == Statement.objects.count()


def killed_then_pressed_again(name, moment, seconds, approved, undisturbed, finance, coordinator, computers, step):
    to_the_beginning_of(name, step)
    before, wanted = everything(), after(step, name)
    computer = computers()
    bring_to(
        computer, order(name, moment, approved, finance, coordinator), somewhere=moment in ("somewhere", "committed")
    )
    if moment == "committed":
        until(lambda: everything() == wanted)
    time.sleep(seconds)
    kill(computer)

    found = everything()
    if moment == "somewhere":
        assert found in (before, wanted), "all of the step or nothing of it"
    else:
        assert found == (wanted if moment == "committed" else before)

    step(name)
    assert everything() == wanted, "pressed again, it is done once"
    to_the_end(step, name)
    assert nothing_is_paid_twice()
    assert bytes(PaymentRun.objects.get(number=1).file.content) == undisturbed, "the same bytes for the bank"
    if name != "cancel":
        assert PaymentRun.objects.get().status == "executed"


@pytest.mark.parametrize(("name", "moment"), MOMENTS)
def test_a_step_that_is_cut_off_leaves_all_or_nothing_and_is_done_once(
    name, moment, approved, undisturbed, finance, coordinator, computers, step
):
    killed_then_pressed_again(name, moment, 0.0, approved, undisturbed, finance, coordinator, computers, step)


@pytest.mark.parametrize("shot", range(KILLS))
def test_cut_off_at_any_moment(shot, approved, undisturbed, finance, coordinator, computers, step):
    dice = random.Random(shot)
    name = dice.choice(["prepare", "prepare", "release", "mark_executed", "cancel"])
    seconds = dice.uniform(0.0, 0.15)
    killed_then_pressed_again(name, "somewhere", seconds, approved, undisturbed, finance, coordinator, computers, step)


def test_this_danger_is_real_without_one_transaction_half_a_run_is_left(
    approved, finance, coordinator, computers, undisturbed
):
    """Number taken, run and payments kept, one statement in payment and no file: nobody knows what the bank got."""
    computer = computers()
    bring_to(computer, order("prepare", "without a transaction", approved, finance, coordinator))
    kill(computer)
    assert PaymentRun.objects.count() == 1 and not PaymentFile.objects.exists()
    assert Counter(Statement.objects.values_list("status", flat=True)) == {"in_payment": 1, "approved": 5}
