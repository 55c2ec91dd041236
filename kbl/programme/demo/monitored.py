"""What the demonstration's monitor holds: reach, campaign, agreements, risks, stories and use."""

from datetime import date, datetime

from kbl.accounts.models import User
from kbl.clock import end_of, local_day
from kbl.organisations.models import Organisation
from kbl.periods import Quarter, quarters
from libraries.models import Enrolment
from reporting.models import Agreement, CampaignActivity, LibraryUse, ReachMeasurement, Risk, RiskNote
from reporting.monitor import entering

REACH = [
    (date(2025, 11, 20), 81, 402, "Peiling van een onderzoeksbureau", "Straatinterviews in vijf gemeenten"),
    (date(2026, 5, 21), 158, 410, "Peiling van een onderzoeksbureau", "Straatinterviews in acht gemeenten"),
    (date(2026, 10, 15), 203, 405, "Peiling van een onderzoeksbureau", "Straatinterviews in acht gemeenten"),
]
CAMPAIGN = [
    (date(2025, 9, 15), "press", "Start in drie gemeenten, in de weekbladen", 92_000, "Opgave van de uitgever"),
    (date(2026, 2, 2), "outdoor", "Bussen en abri's in heel Limburg", 640_000, "Opgave van de vervoerder"),
    (date(2026, 9, 7), "broadcast", "Spotjes op de regionale omroep", 310_000, "Opgave van de omroep"),
]
RISKS = [
    (1, "3 meldingen in een jaar", "smaller", "Bonnen zien eruit als een cadeaubon", "Marketeer"),
    (2, "6 gemeenten zonder uitreiking", "same", "Bijeenkomst met het wijkteam in elke gemeente", "Projectcoördinator"),
    (3, "ruim binnen de begroting", "same", "Elk kwartaal de vooruitblik bespreken", "Projectleider"),
    (4, "6 van de 10 nieuwe leden lenen", "smaller", "Rondleiding binnen een maand na aanmelding", "Trainer"),
]
STORIES = [
    ("Eindelijk een pas", "Een moeder van drie kwam met een voucher binnen. Nu leest zij elke avond voor."),
    ("Samen leren", "Een man van tachtig leerde bellen met beeld. Zijn kleinkinderen zien hem nu elke week."),
    ("De eerste brief", "In het taalcafé schreef een deelnemer haar eerste brief in het Nederlands, aan de gemeente."),
]
PARTNERS = ["Wijkteam Centrum", "Stichting Welzijn", "Taalhuis", "Voedselbank De Maasoever"]


def tell(coordinator: User, *, until: datetime) -> None:
    """Everything that had been entered by a moment."""
    today = local_day(until)
    libraries = list(Organisation.objects.filter(participation__starts_on__lte=today).order_by("pk"))
    for on, reached, group, source, method in REACH:
        told = {"kind": "sample", "reached": reached, "group": group, "source": source, "method": method}
        _enter(ReachMeasurement, {"on": on, **told}, coordinator, today)
    for on, channel, name, contacts, source in CAMPAIGN:
        values = {"on": on, "channel": channel, "name": name, "contacts": contacts, "source": source}
        _enter(CampaignActivity, values, coordinator, today)
    for place, library in enumerate(libraries):
        _agree(library, place, coordinator, today)
        _use(library, place, coordinator, until)
    for number, figure, trend, measure, owner in RISKS:
        values = {"risk": Risk.objects.get(number=number), "figure": figure, "trend": trend, "measure": measure}
        values |= {"owner": owner, "on": date(2026, 10, 5), "due_on": date(2026, 12, 15)}
        _enter(RiskNote, values, coordinator, today)
    over = [each for each in quarters(date(2025, 10, 1), today) if each.is_over(today)]
    for place, (title, text) in enumerate(STORIES):
        for quarter in over[-1 - place :][:1]:
            on = quarter.last_day
            entering.tell_story(quarter, title=title, text=text, no_names=True, by=coordinator, at=end_of(on), on=on)


def _enter(model, values: dict, by: User, today: date) -> None:
    if values["on"] <= today:
        entering.enter(model, values, by=by, at=end_of(values["on"]))


def _agree(library: Organisation, place: int, by: User, today: date) -> None:
    """Two partners of three have all five parts."""
    start = library.participation.starts_on
    for number, partner in enumerate(PARTNERS[: 2 + place % 3]):
        parts = dict.fromkeys(Agreement.PARTS, True)
        if (place + number) % 3 == 0:
            parts |= {"has_timeline": False, "has_plan": number % 2 == 0}
        _enter(Agreement, {"library": library, "partner": partner, "on": start, **parts}, by, today)


def _use(library: Organisation, place: int, by: User, until: datetime) -> None:
    """The last two quarters that are over, of libraries with members."""
    today = local_day(until)
    for quarter in (Quarter.of(today).earlier(2), Quarter.of(today).previous):
        members = Enrolment.objects.standing().filter(library=library, on__lte=quarter.last_day).count()
        if members < 1 or place % 4 == 3:
            continue
        counts = {"borrowed": members * (5 + place % 3) // 9, "online": members // 4, "took_part": members // 6}
        assert set(counts) <= set(LibraryUse.COUNTS)
        entering.tell_use(library, quarter, members=members, counts=counts, by=by, at=until, on=today)
