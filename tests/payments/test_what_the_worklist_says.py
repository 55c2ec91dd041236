"""The office's list of what the bank did by itself: what stands on it, with which sum and words, and what not."""

import re
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kbl.payments.bank import reasons, worklist
from kbl.payments.bank.matching import outcome_of, outcome_of_debit, outcome_of_whole
from kbl.payments.models import BankEntry
from kbl.payments.runs import runs
from kbl.programme.demo.bank_statement import PlayedBooking, back, out
from tests.payments.conftest import DAY, HEARD, RELEASED
from tests.payments.test_matching import payment_of
from tests.told_once import told_once

globals().update(told_once("run", of=__package__))

pytestmark = pytest.mark.both_engines

NEXT = DAY + timedelta(days=1)
STEPS = {
    "unasked": "Zoek uit wie het bestand aan de bank gaf. Het geld is weg: KBL betaalt deze afrekening niet nog eens.",
    "twice": "Trek de run in als hij nog niet is vrijgegeven. Bel anders de bank om deze betaling tegen te houden.",
    "too_much": "Vraag het terug. Komt het zonder ons kenmerk binnen? Koppel het op het afschrift aan deze afrekening.",
    "old_account": "Lever het bestand niet aan. Ligt het al bij de bank? Vraag haar om deze betaling tegen te houden.",
    "different": "Neem de rest mee in een volgende run. Vraag de bank waarom het bedrag anders was.",
    "batch": "Vraag de bank om hetzelfde afschrift met losse boekingen, en lees dat in.",
    "unseen": "Lees de afschriften sinds die dag in. Staan ze er niet op? Vraag de bank of het bestand is uitgevoerd.",
}

# What is said of each kind, and where it leads; `~` is a run, a statement, an amount or a reason.
SAYS = {
    "unasked": [
        "De bank betaalde ~ uit ~, maar die run was ingetrokken.",
        "De bank betaalde ~ uit ~, maar die run was niet vrijgegeven.",
    ],
    "twice": ["Voor ~ ging al geld weg, en ~ betaalt nog ~."],
    "too_much": ["De bank betaalde ~ twee keer: ~ te veel.", "Voor ~ ging ~ te veel van de rekening."],
    "old_account": ["De rekening van ~ veranderde na de vrijgave. Het bestand noemt nog de oude."],
    "returned": ["De betaling van ~ kwam terug: ~.", "~ stortte geld terug van ~."],
    "different": ["Van ~ is ~ betaald; ~ staat nog open."],
    "batch": [
        "De bank boekte meer betalingen in één bedrag en zegt niet welke. Er is niets als betaald geboekt.",
        "De bank boekte meer betalingen in één bedrag en zegt niet welke. Hij noemt ~, maar aantal of bedrag is anders."
        " Er is niets als betaald geboekt.",
    ],
    "unseen": [
        "2 betalingen zijn nog niet op een bankafschrift gezien.",
        "1 betaling is nog niet op een bankafschrift gezien.",
    ],
}
LEADS = {
    "Naar de run": "/cubiss/betalingen/~/",
    "Naar de afrekening": "/cubiss/kwartalen/afrekeningen/~/",
    "Naar het rekeningnummer": "/cubiss/organisaties/~/rekening/",
    "Naar het afschrift": "/cubiss/bank/~/",
}


def says_whole(item: worklist.Item) -> None:
    """In words of its kind, with nothing left out of them; and to where it can be done."""
    shapes = [re.escape(each).replace("\\~", "~").replace("~", ".{3,90}") for each in SAYS[item.kind]]
    words = item.words.replace("\xa0", " ")
    assert any(re.fullmatch(each, words) for each in shapes), words
    assert re.fullmatch(LEADS[item.link].replace("~", "[^/]+"), item.url), item.url


def on_the_list(kind: str = "") -> list[tuple]:
    """What stands there; each says what to do."""
    found = [each for each in worklist.items(DAY) if kind in ("", each.kind)]
    assert all(each.step == STEPS.get(each.kind, each.step) for each in found)
    for each in found:
        says_whole(each)
    return [(each.kind, each.title, each.on, each.amount, each.link) for each in found]


@pytest.mark.parametrize("how", ["cancelled", "prepared", "released"])
def test_paid_out_of_a_run_that_nobody_released_or_that_was_cancelled(how, run, invoice, says, finance, coordinator):
    """Told with all that went out and the last day of it; of a run that was released there is nothing to tell."""
    if how == "cancelled":
        runs.cancel(run, by=finance, at=RELEASED)
    if how == "released":
        runs.release(run, by=coordinator, at=RELEASED)
    paid = payment_of(invoice)
    says(out(paid, DAY, Decimal("100.00")))
    says(out(paid, NEXT, Decimal("26.00"), reference="SECOND"), day=NEXT)
    told = [] if how == "released" else [("unasked", "Bibliotheek Venlo", NEXT, Decimal("126.00"), "Naar de run")]
    assert on_the_list("unasked") == told
    was = {"cancelled": "was ingetrokken.", "prepared": "was niet vrijgegeven."}
    assert [each.words.rsplit("die run ")[1] for each in worklist._unasked()] == [was[how] for each in told]


def test_what_came_back_of_it_is_not_what_went_out(run, invoice, says):
    """Heard first: a payment that only came back is none that went out."""
    says(back(payment_of(invoice), DAY, "MS03"))
    assert on_the_list("unasked") == []


def test_on_its_way_for_more_than_is_due(run, invoice, says, finance):
    """A part of an earlier payment was booked: over is what the next one pays too much, not all of it."""
    first = payment_of(invoice)
    runs.cancel(run, by=finance, at=RELEASED)
    again = runs.prepare([invoice], execute_on=DAY, by=finance, at=RELEASED)
    assert on_the_list() == []
    says(out(first, DAY, Decimal("26.00")))
    assert on_the_list("twice") == [("twice", "Bibliotheek Venlo", DAY, Decimal("26.00"), "Naar de run")]
    (item,) = (each for each in worklist.items(DAY) if each.kind == "twice")
    assert item.url.endswith(f"/{again.number}/") and f"{again.name} betaalt nog € 126,00" in item.words.replace(
        "\xa0", " "
    )
    assert [each.kind for each in worklist.items(DAY)] == ["unasked", "twice"], "the most pressing first"


def test_a_rest_is_told_until_something_is_on_its_way_for_it(released, invoice, says, finance, coordinator):
    says(out(payment_of(invoice), DAY, Decimal("100.00")))
    (item,) = (each for each in worklist.items(DAY) if each.kind == "different")
    assert (item.amount, item.on, item.link) == (Decimal("26.00"), DAY, "Naar de afrekening")
    assert "is € 100,00 betaald; € 26,00 staat nog open." in item.words.replace("\xa0", " ")
    again = runs.prepare([invoice], execute_on=date(2026, 1, 26), by=finance, at=HEARD)
    assert on_the_list("different") == []
    runs.cancel(again, by=finance, at=HEARD)
    assert [each[3] for each in on_the_list("different")] == [Decimal("26.00")]


def test_too_much_is_told_with_how_it_came(released, invoice, declaration, says):
    """Twice, and in one go: with what is over, of the last day on which the bank booked something."""
    says(out(payment_of(invoice), DAY), out(payment_of(declaration), DAY, Decimal("30.00")))
    says(out(payment_of(invoice), NEXT, reference="SECOND"), day=NEXT)
    assert [each[1:4] for each in on_the_list("too_much")] == [
        ("Voedselbank Venlo", DAY, Decimal("10.00")),
        ("Bibliotheek Venlo", NEXT, Decimal("126.00")),
    ]
    one, other = (each.words.replace("\xa0", " ") for each in worklist.items(DAY) if each.kind == "too_much")
    assert one == f"Voor {declaration} ging € 10,00 te veel van de rekening."
    assert other == f"De bank betaalde {invoice} twee keer: € 126,00 te veel."


@pytest.mark.parametrize(
    ("code", "link"), [("AC04", "Naar het rekeningnummer"), ("MS03", "Naar de afrekening"), ("", "Naar de afrekening")]
)
def test_what_came_back_says_why_and_where_to_go_on(code, link, released, invoice, says):
    says(out(payment_of(invoice), DAY))
    says(back(payment_of(invoice), NEXT, code), day=NEXT)
    assert on_the_list("returned") == [("returned", "Bibliotheek Venlo", NEXT, Decimal("126.00"), link)]
    (item,) = worklist.items(DAY)
    why = reasons.reason(code)
    behind = f" (code {code})" if code else ""
    assert (item.words, item.step) == (f"De betaling van {invoice} kwam terug: {why.words}{behind}.", why.step)
    assert ("rekening/" in item.url) is (code == "AC04")


def test_the_kinds_and_which_of_them_cannot_wait():
    """The most pressing first; written down twice."""
    assert worklist.KINDS == {
        "unasked": "Betaald zonder vrijgave",
        "twice": "Dreigt dubbel betaald te worden",
        "too_much": "Te veel betaald",
        "old_account": "Betaalt een rekening die veranderde",
        "returned": "Teruggekomen",
        "different": "Te weinig betaald",
        "batch": "Verzamelboeking zonder uitsplitsing",
        "unseen": "Nog niet op een afschrift gezien",
    }
    assert list(worklist.KINDS) == [*worklist.URGENT, "different", "batch", "unseen"]


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_five_days_of_the_bank_may_go_by(days, late, released):
    """The run is of Thursday the 22nd: on Thursday a week later there is patience, on Friday there is none."""
    found = worklist.items(DAY + timedelta(days=days))
    assert [(each.kind, each.step) for each in found] == ([("unseen", STEPS["unseen"])] if late else [])
    if late:
        assert (found[0].on, found[0].title, found[0].amount) == (DAY, released.name, Decimal("146.00"))
        assert found[0].words == "2 betalingen zijn nog niet op een bankafschrift gezien."


def test_a_run_that_nobody_released_is_not_late(run):
    assert worklist.items(DAY + timedelta(days=60)) == []


@pytest.mark.parametrize(
    ("on", "count", "day"),
    [
        (date(2026, 1, 23), 0, date(2026, 1, 23)),
        (date(2026, 1, 23), 1, date(2026, 1, 22)),
        (date(2026, 1, 26), 1, date(2026, 1, 23)),
        (date(2026, 1, 25), 1, date(2026, 1, 23)),
        (date(2026, 1, 2), 1, date(2025, 12, 31)),
    ],
)
def test_days_of_the_bank_before_a_day(on, count, day):
    assert worklist.bank_days_before(on, count) == day


def test_a_batch_waits_only_for_what_may_be_in_it(released, says):
    """One that names nothing is ours when a released run was due by its day; after the day all of it is."""
    early, whole = DAY - timedelta(days=1), {"batch": "", "count": 12}
    says(PlayedBooking(Decimal("-500.00"), early, reference="B1", **whole), day=early, when=HEARD)
    assert on_the_list("batch") == []
    says(PlayedBooking(Decimal("-500.00"), DAY, reference="B2", **whole))
    entry = BankEntry.objects.latest("pk")
    assert on_the_list("batch") == [("batch", f"Afschrift {entry.file}", DAY, Decimal("500.00"), "Naar het afschrift")]


def test_what_came_in_twice_alike_is_booked_as_often_as_the_ledger_has_it(released, says):
    """Without an instalment in the ledger nothing is booked."""
    received = PlayedBooking(Decimal("5.00"), DAY, reference="R1")
    says(received, received)
    assert worklist.booked_in_fund(BankEntry.objects.all()) == set()


# --- what a booking means, without a database -----------------------------------------------------------------------

A_HUNDRED = Decimal("100.00")
PAYMENT = SimpleNamespace(pk=3, amount=A_HUNDRED)


@pytest.mark.parametrize(
    ("before", "amount", "outcome"),
    [
        ("0.00", "100.00", "paid"),
        ("-5.00", "100.00", "paid"),
        ("0.00", "99.99", "different"),
        ("0.00", "100.01", "different"),
        ("0.01", "100.00", "different"),
        ("99.99", "0.01", "different"),
        ("100.00", "100.00", "twice"),
        ("100.00", "0.01", "twice"),
        ("150.00", "100.00", "twice"),
    ],
)
def test_what_went_out_beside_what_was_asked(before, amount, outcome):
    assert outcome_of_debit(PAYMENT, Decimal(amount), {3: Decimal(before), 4: A_HUNDRED}) == outcome
    if before == "0.00":
        assert outcome_of_debit(PAYMENT, Decimal(amount), {4: A_HUNDRED}) == outcome


@pytest.mark.parametrize(
    ("amount", "payment", "said"),
    [
        ("-100.00", PAYMENT, ("paid", PAYMENT, "")),
        ("100.00", PAYMENT, ("returned", PAYMENT, "AC04")),
        ("0.01", PAYMENT, ("returned", PAYMENT, "AC04")),
        ("0.00", PAYMENT, ("other", None, "")),
        ("-100.00", None, ("other", None, "")),
        ("0.01", None, ("received", None, "")),
        ("0.00", None, ("other", None, "")),
    ],
)
def test_what_a_transaction_means(amount, payment, said):
    assert outcome_of(SimpleNamespace(amount=Decimal(amount), reason="AC04"), payment, {}) == said


@pytest.mark.parametrize("is_batch", [True, False])
@pytest.mark.parametrize("unseen", [True, False])
@pytest.mark.parametrize("names", [(), ("KBL-BET-0001",), ("SALARIS",)])
@pytest.mark.parametrize("amount", ["-0.01", "0.00", "0.01"])
def test_what_a_booking_that_is_not_itemised_means(amount, names, unseen, is_batch):
    ours = SimpleNamespace(runs={"KBL-BET-0001": object()}, unseen=unseen)
    entry = SimpleNamespace(amount=Decimal(amount), is_batch=is_batch, batch_ids=names)
    by_name = names == ("KBL-BET-0001",)
    batched = amount == "-0.01" and (by_name or (is_batch and not names and unseen))
    assert outcome_of_whole(entry, ours) == ("received" if amount == "0.01" else "batch" if batched else "other")
