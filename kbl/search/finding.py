"""From what was read to the page that fits: one place to go to, a choice of places, or a sentence that says why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from intermediaries.orders.models import Order
from kbl.formats import number
from kbl.organisations import naming
from kbl.organisations.models import Organisation
from kbl.search import sentences
from kbl.search.reading import BatchNamed, Kvk, Name, OrderNamed, Read, Serials
from vouchers.models import Batch, Voucher
from vouchers.numbers import Number, SerialRange, show_serial
from vouchers.viewing.trace import fits

MOST_PLACES = 30


@dataclass(frozen=True)
class FoundPage:
    """A page that can be meant."""

    title: str
    url: str
    note: str = ""
    icon: str = "arrow-right"


@dataclass(frozen=True)
class SearchResult:
    """Where to go. One place and no `title`: go there, and say `said` on arrival. Otherwise show it all."""

    places: tuple[FoundPage, ...] = ()
    title: str = ""
    words: str = ""
    said: str = ""
    found: bool = True

    @property
    def goes_to(self) -> str:
        return self.places[0].url if len(self.places) == 1 and not self.title else ""


def find(wanted: Read, *, by, at: datetime) -> SearchResult:
    """Look it up. A whole number is compared, which is kept; raises viewing.TooManyWrongNumbers."""
    match wanted:
        case Serials():
            return _serials(wanted, by=by, at=at)
        case BatchNamed():
            return _batch(wanted.number)
        case OrderNamed():
            return _order(wanted)
        case Kvk():
            return _kvk(wanted.digits)
        case Name():
            return _name(wanted.text)
        case _:
            assert_never(wanted)


# --- vouchers ----------------------------------------------------------------------------------------------------


def voucher_place(serial: int) -> FoundPage:
    """The page of one voucher."""
    return FoundPage(f"Voucher {show_serial(serial)}", reverse("cubiss:voucher", args=[serial]), icon="ticket")


def range_place(ranges: Iterable[SerialRange]) -> FoundPage:
    """The page of several vouchers; serials may stand in an address of the office."""
    wanted = list(ranges)
    if len(wanted) == 1:
        asked = urlencode({"van": wanted[0].first, "tot": wanted[0].last})
    else:
        asked = urlencode({"nummers": ",".join(map(str, wanted))}, safe=",")
    title = f"Vouchers {wanted[0]}" if len(wanted) == 1 else f"{number(len(wanted))} reeksen vouchers"
    return FoundPage(title, f"{reverse('cubiss:range')}?{asked}", icon="tickets")


def _serials(wanted: Serials, *, by, at: datetime) -> SearchResult:
    known = Voucher.objects.in_bulk([number.serial for number in wanted.numbers])
    wrong = [
        number
        for number in wanted.numbers
        if number.serial in known and not fits(number, known[number.serial], by=by, at=at)
    ]
    if wrong:
        return _wrong(wanted, wrong)
    if not _exist(wanted.ranges):
        return _unknown(wanted)
    place = voucher_place(wanted.only) if wanted.only else range_place(wanted.ranges)
    return SearchResult((place,), said=sentences.compared(len(wanted.numbers)))


def _exist(ranges: Iterable[SerialRange]) -> bool:
    """At least one of these numbers was made; asked of the batches, of which there are few."""
    asked = Q()
    for serials in ranges:
        asked |= Q(first_serial__lte=serials.last, last_serial__gte=serials.first)
    return Batch.objects.filter(asked).exists()


def _unknown(wanted: Serials) -> SearchResult:
    last = Batch.objects.order_by("-last_serial").values_list("last_serial", flat=True).first()
    title, words = sentences.unknown(wanted.ranges, last)
    return SearchResult(title=title, words=words, found=False)


def _wrong(wanted: Serials, wrong: list[Number]) -> SearchResult:
    serials = [number.serial for number in wrong]
    title, words = sentences.does_not_fit(serials, alone=wanted.only is not None)
    places = [voucher_place(serial) for serial in serials[:MOST_PLACES]]
    return SearchResult(tuple(places), title=title, words=words, found=False)


def _batch(number: int) -> SearchResult:
    """`serie 12` is the twelfth, or the one in which number 12 lies; when those are two, both are offered."""
    batches = Batch.objects.filter(Q(pk=number) | Q(first_serial__lte=number, last_serial__gte=number))
    places = tuple(
        FoundPage(
            f"Serie {batch.range}",
            reverse("cubiss:batch", args=[batch.pk]),
            sentences.about_batch(batch),
            "layers",
        )
        for batch in batches.order_by("first_serial")
    )
    if not places:
        return SearchResult(title="Deze serie is er niet", words=sentences.no_batch(number), found=False)
    return SearchResult(places, title="" if len(places) == 1 else "Welke serie bedoelt u?")


def _order(wanted: OrderNamed) -> SearchResult:
    orders = Order.objects.filter(number=str(wanted)).select_related("organisation")
    if order := orders.first():
        place = FoundPage(
            f"Bestelling {order}", reverse("cubiss:order", args=[order.pk]), str(order.organisation), "truck"
        )
        return SearchResult((place,))
    words = f"Er is geen bestelling {wanted}. Kijk het nummer nog eens na."
    return SearchResult(title="Deze bestelling is er niet", words=words, found=False)


# --- organisations -----------------------------------------------------------------------------------------------


def _kvk(digits: str) -> SearchResult:
    found = [_place(each) for each in Organisation.objects.filter(kvk=digits).select_related("municipality")]
    if not found:
        return SearchResult(title="Niets gevonden", words=sentences.no_kvk(digits), found=False)
    return _choice(found, count=len(found))


def _name(text: str) -> SearchResult:
    """Who has every word in the name, the place or the municipality, closest first; else whose name looks like it."""
    everybody = Organisation.objects.select_related("municipality")
    matches = naming.named(text, everybody)
    shown = list(matches[: MOST_PLACES + 1])
    if shown:
        return _choice(
            [_place(each) for each in shown], count=len(shown) if len(shown) <= MOST_PLACES else matches.count()
        )
    places = tuple(_place(each) for each in naming.near(text, everybody))
    title, sentence = sentences.no_name(text, any_near=bool(places))
    return SearchResult(places, title=title, words=sentence, found=False)


def _place(organisation: Organisation) -> FoundPage:
    where = organisation.city or str(organisation.municipality or "")
    return FoundPage(organisation.name, reverse("cubiss:organisation", args=[organisation.slug]), where, "building-2")


def _choice(places: list[FoundPage], *, count: int) -> SearchResult:
    """Some of the places that can be meant, of so many."""
    if count == 1:
        return SearchResult(tuple(places))
    words = f"De eerste {MOST_PLACES} staan hier. Typ meer van de naam." if count > MOST_PLACES else ""
    title = f"{number(count)} organisaties passen hierbij"
    return SearchResult(tuple(places[:MOST_PLACES]), title=title, words=words)
