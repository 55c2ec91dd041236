"""What asks attention of vouchers and orders: what waits, what is on its way, what runs low."""

from datetime import date, timedelta

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from intermediaries.models import Accreditation
from intermediaries.orders.models import Order
from intermediaries.stock_levels.levels import supplies
from kbl.clock import local_day
from kbl.formats import counted, plural, voucher_count
from kbl.organisations.models import Organisation
from kbl.start_pages.attention_point import NAMED, PATIENCE, AttentionPoint, Counts
from vouchers.custody import returns, revalidation
from vouchers.models import ExpectedReturn, StockMovement, Voucher

OWN_STOCK_FOR = timedelta(days=91)


def there() -> dict[str, QuerySet]:
    """What is counted together with the rest of the page (attention.py); only what is there is asked after further."""
    return {
        "ordered": Order.objects.filter(status=Order.Status.ORDERED),
        "shipped": Order.objects.filter(status=Order.Status.SHIPPED),
        "revalidations": revalidation.waiting(),
        "expected_returns": ExpectedReturn.objects.filter(closed_at__isnull=True),
    }


def orders(on: date, counts: Counts) -> list[AttentionPoint]:
    """Orders that wait for an answer, and parcels of which nobody said that they came."""
    found = []
    ordered = Order.objects.filter(status=Order.Status.ORDERED).order_by("ordered_at")
    waiting = list(ordered) if counts["ordered"] else []
    if waiting:
        days = (on - waiting[0].ordered_on).days
        words = counted(len(waiting), "bestelling wacht", "bestellingen wachten")
        note = f"De oudste wacht {counted(days, 'dag', 'dagen')}." if days else "Besteld vandaag."
        url = reverse("cubiss:orders")
        found.append(AttentionPoint(words, note, url, "Naar de bestellingen", "inbox", urgent=True))
    late = Order.objects.filter(status=Order.Status.SHIPPED, steps__status=Order.Status.SHIPPED)
    sent = late.values_list("steps__at", flat=True) if counts["shipped"] else ()
    if count := sum(1 for at in sent if on - local_day(at) > PATIENCE):
        words = counted(count, "pakket is", "pakketten zijn") + " al meer dan twee weken onderweg"
        note = "De intermediair heeft de ontvangst nog niet bevestigd."
        found.append(AttentionPoint(words, note, reverse("cubiss:orders"), "Naar de bestellingen", "truck"))
    return found


def revalidation_requests(counts: Counts) -> list[AttentionPoint]:
    """Void vouchers that somebody asked to make valid again: a second person decides."""
    if not (count := counts["revalidations"]):
        return []
    words = counted(count, "verzoek wacht", "verzoeken wachten") + " om vouchers weer geldig te maken"
    note = "Een tweede persoon kijkt mee: niet wie het vroeg."
    return [AttentionPoint(words, note, reverse("cubiss:revalidation_requests"), "Naar de verzoeken", "rotate-ccw")]


def late_returns(on: date, counts: Counts) -> list[AttentionPoint]:
    """Vouchers that should have come back to Cubiss by now."""
    expected = returns.expected() if counts["expected_returns"] else []
    late = [each for each in expected if each.expected.on < on - PATIENCE]
    if not late:
        return []
    count = sum(each.count for each in late)
    words = counted(count, "voucher is", "vouchers zijn") + " al meer dan twee weken onderweg naar Cubiss"
    names = ", ".join(dict.fromkeys(str(each.expected.holder) for each in late[:NAMED]))
    return [
        AttentionPoint(words, f"Van {names}.", reverse("cubiss:expected_returns"), "Bekijk wat er terugkomt", "undo-2")
    ]


def own_stock(on: date) -> list[AttentionPoint]:
    """Our own stock is low when it holds less than went out in the last quarter of a year."""
    left = Voucher.objects.filter(holder__isnull=True, status=Voucher.Status.IN_STOCK).valid(on).count()
    sent = StockMovement.objects.filter(kind=StockMovement.Kind.ALLOCATE, on__gt=on - OWN_STOCK_FOR)
    sums = sent.aggregate(first=Sum("first_serial"), last=Sum("last_serial"), ranges=Count("pk"))
    usual = (sums["last"] or 0) - (sums["first"] or 0) + sums["ranges"]
    if left >= usual:
        return []
    words = f"Bij Cubiss {plural(left, 'ligt', 'liggen')} nog {voucher_count(left)}"
    note = f"De afgelopen drie maanden gingen er {usual} naar intermediairs."
    return [AttentionPoint(words, note, reverse("cubiss:stock"), "Naar de vouchers", "package", urgent=not left)]


def low_stock(on: date) -> list[AttentionPoint]:
    """Accredited intermediaries whose stock is below their minimum, and that did not order yet."""
    accredited = Organisation.objects.filter(pk__in=Accreditation.objects.valid(on).values("organisation"))
    names = {each.pk: each for each in accredited}
    ordered = set(Order.objects.filter(status=Order.Status.ORDERED).values_list("organisation", "medium"))
    low = [
        (names[pk], each)
        for pk, found in supplies(names.values(), on).items()
        for each in found
        if each.is_low and (pk, each.medium) not in ordered
    ]
    if not low:
        return []
    low.sort(key=lambda row: (row[1].left - row[1].level.minimum, row[0].name))
    some = ", ".join(f"{organisation} ({each.left})" for organisation, each in low[:NAMED])
    more = f" en nog {len(low) - NAMED}" if len(low) > NAMED else ""
    words = (
        counted(len({row[0].pk for row in low}), "intermediair heeft", "intermediairs hebben") + " bijna geen vouchers"
    )
    return [
        AttentionPoint(words, f"Nog in voorraad: {some}{more}.", reverse("cubiss:stock"), "Naar de vouchers", "truck")
    ]
