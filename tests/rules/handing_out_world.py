"""A town of which the desk hands out too, with a digital voucher in every state."""

from datetime import date

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation, Track
from libraries import enrolment
from tests.conftest import START, at, branch_of
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

TODAY = date(2026, 2, 10)
LAST_DAY = date(2025, 12, 31)
LATER = date(2025, 11, 5)
EARLIEST, REDEEMED = date(2025, 10, 1), date(2025, 12, 1)
STATES = ("allocated", "came later", "handed out", "redeemed", "reported after", "void", "in stock", "neighbour's")


def one(serial: int) -> SerialRange:
    return SerialRange(serial, serial)


class Town:
    """Venlo's own desk hands out too: a digital voucher in every state, with one last day for all."""

    def __init__(self, venlo, welfare, coordinator, clerk) -> None:
        self.organisation, self.by = venlo, coordinator
        Accreditation.objects.create(organisation=venlo, track=Track.DIRECT, protocol="1", valid_from=date(2024, 1, 1))
        made = make_batch(len(STATES), medium="digital", valid_until=LAST_DAY, on=START, by=coordinator, at=at(START))
        self.serial_of = dict(zip(STATES, made.range, strict=True))
        for state, serial in self.serial_of.items():
            if state != "in stock":
                to, day = (welfare if state == "neighbour's" else venlo), LATER if state == "came later" else START
                accreditation.allocate(one(serial), to=to, on=day, by=coordinator, at=at(LATER))
        day = REDEEMED
        for state in ("handed out", "reported after"):
            if state == "reported after":
                self.redeem(state, day, clerk)
            handout.hand_out(venlo, [one(self.serial_of[state])], on=day, by=coordinator, at=at(day))
        self.redeem("redeemed", day, clerk)
        stock.void(one(self.serial_of["void"]), reason="lost", on=day, by=coordinator, at=at(day))

    def redeem(self, state: str, day: date, clerk) -> None:
        number = Voucher.objects.get(pk=self.serial_of[state]).number
        enrolment.redeem(number, branch=branch_of(self.organisation), kind="new", on=day, by=clerk, at=at(day))
