"""What does not go as it should: every kind of discrepancy at least once, an undo, stock that moves."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from intermediaries import accreditation
from intermediaries.counting import differences
from intermediaries.handouts import handout
from intermediaries.models import Handout
from intermediaries.orders import orders
from kbl.facts import RevokeReason
from kbl.organisations import readiness
from kbl.organisations.models import Branch, ReadinessStep
from kbl.programme.agenda import moment
from kbl.programme.demo.cast import Partner
from kbl.programme.demo.story import DemoStory
from libraries import enrolment
from libraries.models import Enrolment
from vouchers.batches import make_batch
from vouchers.custody import returns, revalidation, stock
from vouchers.models import Batch, ExpectedReturn, StockMovement, Voucher
from vouchers.numbers import Number, SerialRange, ranges_of
from vouchers.runs import runs

NEW = Enrolment.Kind.NEW
FIRST_THREE = {"venlo", "landgraaf", "gennep"}
NOBODYS = (Number(9_999_998, "402817"), Number(9_999_999, "115309"))


class Scenes:
    """Each scene happens on its own day, if the story comes that far."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast
        self.partners = {partner.organisation.slug: partner for partner in self.cast.partners}

    def plan(self) -> None:
        """Put the scenes on the story's agenda."""
        scenes: list[tuple[date, Callable[..., object], tuple]] = [
            (date(2025, 9, 23), self.undo_handout, ()),
            (date(2025, 10, 9), self.undo_enrolment, ()),
            (date(2025, 10, 21), self.offer_unknown, (NOBODYS[0],)),
            (date(2025, 11, 4), self.offer_before_start, ()),
            (date(2025, 9, 4), self.get_ready, (date(2025, 8, 20),)),
            (date(2025, 11, 18), self.lose, (3,)),
            (date(2025, 11, 25), self.find_again, ()),
            (date(2025, 12, 2), self.offer_void, ()),
            (date(2026, 1, 13), self.offer_in_stock, ()),
            (date(2026, 2, 3), self.make_short_lived, (date(2026, 3, 31),)),
            (date(2026, 4, 9), self.hand_out_after_the_end, ()),
            (date(2026, 4, 14), self.offer_expired, ()),
            (date(2026, 6, 10), self.move_stock, ()),
            (date(2026, 6, 24), self.return_stock, ()),
            (date(2026, 7, 1), self.last_longer, ()),
            (date(2026, 9, 8), self.report_a_loss, ()),
            (date(2026, 10, 13), self.offer_unknown, (NOBODYS[1],)),
        ]
        for twice in (date(2025, 10, 28), date(2026, 3, 17), date(2026, 9, 15)):
            scenes.append((twice, self.offer_twice, ()))
        recently = self.story.until.date() - timedelta(days=26)
        for days in (0, 3, 9, 14):
            scenes.append((self.story.workday(recently + timedelta(days=days)), self.redeem_unreported, ()))
        lately = self.story.until.date() - timedelta(days=8)
        waiting = (self.count_otherwise, self.recall, self.send_back, self.order_more, self.ask_again)
        for days, waits in enumerate(waiting):
            scenes.append((self.story.workday(lately + timedelta(days=days)), waits, ()))
        for day, scene, args in scenes:
            self.story.agenda.put(moment(day, 14, 20), scene, *args)

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _desk(self, slug: str) -> Branch:
        return self.cast.branches[slug][0]

    def _offer(self, number: Number, slug: str, at: datetime) -> None:
        """Somebody shows a number at a desk that cannot use it; the attempt is kept."""
        try:
            enrolment.redeem(number, branch=self._desk(slug), kind=NEW, on=at.date(), by=self.cast.clerks[slug], at=at)
        except enrolment.VoucherRefused:
            return
        raise RuntimeError("The demonstration offers a number in vain, and the desk took it.")

    def _take(self, slug: str, day: date) -> tuple[Partner, int] | None:
        """A number from this intermediary's stock that it may hand out that day."""
        partner = self.partners[slug]
        held = Voucher.objects.held_by(partner.organisation).filter(held_since__lte=day, serial__in=partner.stock)
        serial = held.filter(status=Voucher.Status.ALLOCATED).values_list("serial", flat=True).last()
        if serial is None:
            return None
        partner.stock.remove(serial)
        return partner, serial

    # --- scenes ------------------------------------------------------------------------------------------------------

    def undo_handout(self, at: datetime) -> None:
        """A worker typed one number too many and takes it back."""
        if taken := self._take("stadsloket-venlo", at.date()):
            partner, serial = taken
            handout.hand_out(
                partner.organisation, [SerialRange(serial, serial)], on=at.date(), by=partner.worker, at=at
            )
            mistaken = Handout.objects.standing().get(voucher=serial)
            handout.undo(mistaken, reason=RevokeReason.TYPING_ERROR, by=partner.worker, at=at + timedelta(minutes=4))
            partner.stock.append(serial)

    def undo_enrolment(self, at: datetime) -> None:
        """The desk picked the wrong kind, takes it back and does it again."""
        if taken := self._take("stadsloket-venlo", at.date()):
            partner, serial = taken
            self.story.agenda.put(at, self._hand_out, partner, serial)
            self.story.agenda.put(at + timedelta(minutes=30), self._enrol_twice, serial)

    def _hand_out(self, partner: Partner, serial: int, at: datetime) -> None:
        handout.hand_out(partner.organisation, [SerialRange(serial, serial)], on=at.date(), by=partner.worker, at=at)

    def _enrol_twice(self, serial: int, at: datetime) -> None:
        number, clerk, desk = Voucher.objects.get(pk=serial).number, self.cast.clerks["venlo"], self._desk("venlo")
        wrong = enrolment.redeem(number, branch=desk, kind=Enrolment.Kind.CONVERSION, on=at.date(), by=clerk, at=at)
        soon = at + timedelta(minutes=2)
        enrolment.undo(wrong, reason=RevokeReason.DID_NOT_HAPPEN, by=clerk, at=soon, on=at.date())
        enrolment.redeem(number, branch=desk, kind=NEW, on=at.date(), by=clerk, at=soon + timedelta(minutes=1))

    def offer_unknown(self, number: Number, at: datetime) -> None:
        self._offer(number, "landgraaf", at)

    def offer_twice(self, at: datetime) -> None:
        """A copy of a voucher that became a membership elsewhere shows up at another library."""
        first = Enrolment.objects.standing().exclude(library=self.cast.libraries["landgraaf"]).order_by("-pk").first()
        if first is not None:
            self._offer(first.voucher.number, "landgraaf", at)

    def offer_before_start(self, at: datetime) -> None:
        """Maastricht is enthusiastic, and two months early."""
        if taken := self._take("voedselbank-de-maasoever", at.date()):
            self._hand_out(*taken, at=at)
            self._offer(Voucher.objects.get(pk=taken[1]).number, "maastricht", at + timedelta(minutes=50))

    def lose(self, count: int, at: datetime) -> None:
        """Some vouchers got lost in a move of office; Cubiss makes them void."""
        partner = self.partners["welzijn-oost-mijnstreek"]
        for last in ranges_of(partner.stock)[-1:]:
            lost = SerialRange(last.last - count + 1, last.last)
            reason = StockMovement.Reason.LOST
            stock.void(lost, reason=reason, on=at.date(), by=self.cast.coordinator, at=at)
            partner.stock = [serial for serial in partner.stock if serial not in lost]

    def find_again(self, at: datetime) -> None:
        """One of them was found; two people agree that it is valid again."""
        lost = Voucher.objects.filter(status=Voucher.Status.VOID).first()
        if lost is not None:
            found = [SerialRange(lost.serial, lost.serial)]
            (asked,) = revalidation.ask(
                found, reason=StockMovement.Reason.FOUND, on=at.date(), by=self.cast.coordinator, at=at
            )
            revalidation.agree(asked, on=at.date(), by=self.cast.finance, at=at + timedelta(hours=1))

    def last_longer(self, at: datetime) -> None:
        """What is left of the action month is still valid."""
        programme = self.story.programme
        for run in runs(Voucher.objects.filter(status=Voucher.Status.IN_STOCK, batch__valid_until__lt=at.date())):
            stock.extend(run.serials, valid_until=programme.ends_on, on=at.date(), by=self.cast.coordinator, at=at)

    def report_a_loss(self, at: datetime) -> None:
        """Coffee over two vouchers; the counter tells it itself."""
        for _ in range(2):
            if taken := self._take("stadsloket-venlo", at.date()):
                partner, serial = taken
                stock.void(
                    SerialRange(serial, serial),
                    reason=StockMovement.Reason.DAMAGED,
                    on=at.date(),
                    by=partner.worker,
                    at=at,
                    holder=partner.organisation,
                )

    def get_ready(self, since: date, at: datetime) -> None:
        """The first three libraries took all seven steps before their start; the others are on their way."""
        for place, library in enumerate(self.cast.libraries.values()):
            ready = library.slug.removeprefix("bibliotheek-") in FIRST_THREE
            for step in list(ReadinessStep.Step)[: None if ready else 2 + place % 3]:
                readiness.done(library, step, on=since, by=self.cast.coordinator, at=at)

    def count_otherwise(self, at: datetime) -> None:
        """Somebody counts the stock and misses one."""
        if taken := self._take("kledingbank-zuiderwijk", at.date()):
            partner, serial = taken
            missing = [SerialRange(serial, serial)]
            differences.report(partner.organisation, missing=missing, extra=[], by=partner.worker, at=at)

    def recall(self, at: datetime) -> None:
        """Cubiss recalls some vouchers, for elsewhere they run out."""
        self._expect("wijkteam-west", ExpectedReturn.Kind.RECALL, 3, at)

    def send_back(self, at: datetime) -> None:
        """An intermediary sends back what it does not need."""
        self._expect("vluchtelingenwerk-maasstad", ExpectedReturn.Kind.RETURN, 2, at)

    def _expect(self, slug: str, kind: str, count: int, at: datetime) -> None:
        partner = self.partners[slug]
        serials = [taken[1] for _ in range(count) if (taken := self._take(slug, at.date()))]
        by = partner.worker if kind == ExpectedReturn.Kind.RETURN else self.cast.coordinator
        returns.expect(ranges_of(serials), kind=kind, holder=partner.organisation, on=at.date(), by=by, at=at)

    def order_more(self, at: datetime) -> None:
        """Two orders that Cubiss has not answered yet."""
        for slug, medium, count in (
            ("voedselbank-de-maasoever", Batch.Medium.DIGITAL, 10),
            ("welzijn-de-brug", Batch.Medium.PAPER, 30),
        ):
            partner = self.partners[slug]
            with suppress(orders.OrderRefused, accreditation.NotAccredited):
                key = uuid5(NAMESPACE_OID, f"{slug} more")
                orders.place(partner.organisation, medium=medium, count=count, key=key, by=partner.worker, at=at)

    def ask_again(self, at: datetime) -> None:
        """A request that waits for a second person."""
        damaged = Voucher.objects.filter(status=Voucher.Status.VOID).last()
        if damaged is not None:
            mistaken = [SerialRange(damaged.serial, damaged.serial)]
            revalidation.ask(
                mistaken, reason=StockMovement.Reason.MISTAKE, on=at.date(), by=self.cast.coordinator, at=at
            )

    def offer_void(self, at: datetime) -> None:
        void = Voucher.objects.filter(status=Voucher.Status.VOID).first()
        if void is not None:
            self._offer(void.number, "landgraaf", at)

    def offer_in_stock(self, at: datetime) -> None:
        """A number that never left Cubiss: it should not be in anybody's hands."""
        unissued = Voucher.objects.filter(status=Voucher.Status.IN_STOCK).last()
        if unissued is not None:
            self._offer(unissued.number, "gennep", at)

    def make_short_lived(self, valid_until: date, at: datetime) -> None:
        """A small series for one action month; one of it is offered too late."""
        partner = self.partners["welzijn-de-brug"]
        batch = make_batch(
            6, medium=Batch.Medium.PAPER, valid_until=valid_until, on=at.date(), by=self.cast.coordinator, at=at
        )
        accreditation.allocate(batch.range, to=partner.organisation, on=at.date(), by=self.cast.coordinator, at=at)
        handed = SerialRange(batch.first_serial, batch.first_serial + 3)
        handout.hand_out(partner.organisation, [handed], on=at.date(), by=partner.worker, at=at)

    def offer_expired(self, at: datetime) -> None:
        expired = Voucher.objects.filter(batch__valid_until__lt=at.date(), status=Voucher.Status.HANDED_OUT).first()
        if expired is not None:
            self._offer(expired.number, "gennep", at)

    def hand_out_after_the_end(self, at: datetime) -> None:
        """De Linde is no longer accredited and still gives two residents a voucher: they are served all the same."""
        for minutes in (0, 25):
            if taken := self._take("buurtpunt-de-linde", at.date()):
                self._hand_out(*taken, at=at + timedelta(minutes=minutes))
                number = Voucher.objects.get(pk=taken[1]).number
                later, clerk = at + timedelta(minutes=minutes + 45), self.cast.clerks["venlo"]
                enrolment.redeem(number, branch=self._desk("venlo"), kind=NEW, on=at.date(), by=clerk, at=later)

    def redeem_unreported(self, at: datetime) -> None:
        """The resident is at the desk before anybody reported the hand-out; and nobody has until now."""
        if taken := self._take("taalhuis-parkstad", at.date()):
            number = Voucher.objects.get(pk=taken[1]).number
            clerk = self.cast.clerks["heerlen"]
            enrolment.redeem(number, branch=self._desk("heerlen"), kind=NEW, on=at.date(), by=clerk, at=at)

    def move_stock(self, at: datetime) -> None:
        """De Linde stopped; what it still had goes to the neighbours."""
        source, target = self.partners["buurtpunt-de-linde"], self.partners["stadsloket-venlo"]
        left = stock.own_ranges(source.organisation, Voucher.Status.ALLOCATED)
        if left:
            accreditation.hand_on(
                left[0],
                holder=source.organisation,
                to=target.organisation,
                on=at.date(),
                by=self.cast.coordinator,
                at=at,
            )
            target.stock.extend(left[0])
            source.stock.clear()

    def return_stock(self, at: datetime) -> None:
        """What is left of the action month comes back to Cubiss."""
        partner = self.partners["welzijn-de-brug"]
        for serials in stock.own_ranges(partner.organisation, Voucher.Status.ALLOCATED):
            if not set(serials) & set(partner.stock):
                stock.take_back(serials, holder=partner.organisation, on=at.date(), by=self.cast.coordinator, at=at)
