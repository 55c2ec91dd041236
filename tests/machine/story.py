"""One fixed play in the machine's world that passes every kind of step once: what chance reaches sooner or later."""

from collections.abc import Callable
from datetime import date

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.settlements.closing import closing
from kbl.settlements.models import Line, Statement
from kbl.settlements.statements import steps
from libraries import enrolment, renewal
from libraries.models import Enrolment, MembershipYear
from tests import by_two
from tests.machine.world import World
from vouchers.custody import revalidation, stock
from vouchers.models import RevalidationRequest, Voucher
from vouchers.numbers import SerialRange


def play(world: World, *, with_reports: bool = True) -> None:
    """Play it, looking at the books after every step. Whatever goes wrong is raised."""
    world.begin()
    try:
        _play(world, with_reports)
    finally:
        world.teardown()


def _play(world: World, with_reports: bool) -> None:
    first = Voucher.objects.order_by("serial")[0].serial
    one, other = world.intermediaries
    branch = world.branches[0]

    def step(action: Callable, *args, **named) -> None:
        world.attempt(action, *args, **named)
        world.the_books_are_right()

    def close() -> None:
        world.close(closing.next_to_close(), with_its_report=with_reports)
        world.the_books_are_right()

    def redeem(place: int, kind: str = "new") -> None:
        number = Voucher.objects.get(pk=first + place).number
        step(enrolment.redeem, number, branch=branch, kind=kind, on=world.today)

    def hand_out(holder, place: int) -> None:
        step(handout.hand_out, holder, [SerialRange(first + place, first + place)], on=world.today)

    def enrolled(place: int) -> Enrolment:
        return Enrolment.objects.filter(voucher=first + place).order_by("-pk")[0]

    def handed(place: int) -> Handout:
        return Handout.objects.filter(voucher=first + place).order_by("-pk")[0]

    # Six vouchers: 0-2 with the one, 3-5 with the other; 0 and 3 are handed out and 0 is redeemed in `begin`.
    world.the_books_are_right()
    redeem(1, "free_anyway")
    hand_out(one, 2)
    redeem(2)
    step(enrolment.undo, enrolled(2), reason="twice", on=world.today)  # is handed out again
    step(handout.undo, handed(2), reason="twice")  # is in the drawer again
    redeem(2, "conversion")
    step(stock.void, SerialRange(first + 1, first + 1), reason="lost", on=world.today)  # refused: redeemed
    step(stock.void, SerialRange(first + 5, first + 5), reason="lost", on=world.today)
    step(accreditation.hand_on, SerialRange(first + 4, first + 4), holder=other, to=one, on=world.today)
    step(revalidation.ask, [SerialRange(first + 5, first + 5)], reason="found", on=world.today)
    step(revalidation.agree, RevalidationRequest.objects.get(), on=world.today)  # refused: asked it himself
    # It is in the drawer again.
    step(revalidation.agree, RevalidationRequest.objects.get(), on=world.today, by=world.finance)
    step(stock.void, SerialRange(first + 5, first + 5), reason="lost", on=world.today)
    step(
        revalidation.agree, RevalidationRequest.objects.get(), on=world.today, by=world.finance
    )  # refused: was decided
    step(stock.extend, SerialRange(first + 3, first + 4), valid_until=date(2027, 6, 30), on=world.today)

    # The quarter closes when the next one has begun; what belongs to the next one waits.
    world.today = date(2025, 10, 11)
    hand_out(one, 4)
    close()
    step(handout.undo, handed(3), reason="twice")  # refused: in closed books
    for statement in Statement.objects.exclude(number=None):
        step(steps.confirm, statement)
        step(steps.approve, statement, by=world.finance)

    # Two things were wrong after all; their money comes back as a credit that is carried on.
    for line in Line.objects.filter(serial=first, corrects=None):
        step(by_two.correct, line, reason="twice")
    step(by_two.correct, Line.objects.get(serial=first + 3), reason="twice")
    world.today = date(2026, 1, 11)
    close()
    world.today = date(2026, 4, 11)
    close()

    # A year later one membership goes on.
    for quarter in range(2):
        world.today = date(2026, 7 + 3 * quarter, 11)
        close()
    step(renewal.renew, MembershipYear.objects.standing().get(enrolment=enrolled(2)))
    world.today = date(2027, 1, 11)
    close()
