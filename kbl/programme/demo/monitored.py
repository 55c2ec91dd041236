"""What the demonstration's monitor holds: reach, campaign, agreements, risks, stories and use."""

from datetime import date, datetime, timedelta

from kbl.clock import local_day
from kbl.organisations.models import Organisation
from kbl.periods import Quarter, quarters
from kbl.programme.agenda import moment
from kbl.programme.demo.story import DemoStory
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
# Day of the note, before when the measure is taken, and per risk: number, figure, trend, measure, who.
RISKS = [
    (
        date(2026, 1, 8),
        date(2026, 4, 1),
        [
            (1, "4 meldingen in vier maanden", "same", "Bonnen zien eruit als een cadeaubon", "Marketeer"),
            (
                2,
                "Kleine gemeenten hebben nog geen intermediair",
                "smaller",
                "Een kennismaking in elke gemeente",
                "Projectcoördinator",
            ),
            (3, "Wie al wachtte, kwam meteen", "larger", "Elk kwartaal de vooruitblik bespreken", "Projectleider"),
            (
                4,
                "Bibliotheken gaan tellen",
                "same",
                "Rondleiding binnen een maand na aanmelding",
                "Trainer",
            ),
        ],
    ),
    (
        date(2026, 10, 5),
        date(2026, 12, 15),
        [
            (1, "3 meldingen in een jaar", "smaller", "Bonnen zien eruit als een cadeaubon", "Marketeer"),
            (
                2,
                "Vooral in het zuiden nog stil",
                "same",
                "Bijeenkomst met elk wijkteam",
                "Projectcoördinator",
            ),
            (3, "Nieuwe bibliotheken begonnen later", "same", "Elk kwartaal de vooruitblik bespreken", "Projectleider"),
            (
                4,
                "Na een rondleiding komt men terug",
                "smaller",
                "Rondleiding binnen een maand na aanmelding",
                "Trainer",
            ),
        ],
    ),
]
STORIES = [
    ("Eindelijk een pas", "Een moeder van drie kwam met een voucher binnen. Nu leest zij elke avond voor."),
    ("Samen leren", "Een man van tachtig leerde bellen met beeld. Zijn kleinkinderen zien hem nu elke week."),
    ("Op dinsdag", "Elke dinsdag komt een groepje nieuwe leden samen aan de leestafel. Koffie hoort erbij."),
    ("De eerste brief", "In het taalcafé schreef een deelnemer haar eerste brief in het Nederlands, aan de gemeente."),
]
PARTNERS = ["Wijkteam Centrum", "Stichting Welzijn", "Taalhuis", "Voedselbank De Maasoever"]


class Monitored:
    """Everything is entered at its own moment: what a closing seals, holds what was entered by then."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.coordinator = story, story.cast.coordinator
        self.today = local_day(story.until)

    def plan(self) -> None:
        """What is entered by the end of the story."""
        for on, reached, group, source, method in REACH:
            told = {"kind": "sample", "reached": reached, "group": group, "source": source, "method": method}
            self._put(on, ReachMeasurement, told)
        for on, channel, name, contacts, source in CAMPAIGN:
            self._put(on, CampaignActivity, {"channel": channel, "name": name, "contacts": contacts, "source": source})
        for on, due_on, notes in RISKS:
            for number, figure, trend, measure, owner in notes:
                told = {"risk": Risk.objects.get(number=number), "figure": figure, "trend": trend, "measure": measure}
                self._put(on, RiskNote, {**told, "owner": owner, "due_on": due_on})
        over = [each for each in quarters(date(2025, 10, 1), self.today) if each.is_over(self.today)]
        for quarter, (title, text) in zip(over, STORIES, strict=False):
            self.story.agenda.put(moment(quarter.last_day, 17), self._tell_story, quarter, title, text)
        libraries = Organisation.objects.filter(participation__starts_on__lte=self.today).order_by("pk")
        for place, library in enumerate(libraries):
            self._agree(library, place)
            for quarter in (Quarter.of(self.today).earlier(2), Quarter.of(self.today).previous):
                if place % 4 < 3:
                    told_on = self.story.workday(quarter.last_day + timedelta(days=18))
                    self.story.agenda.put(moment(told_on, 11), self._use, library, place, quarter)

    def _put(self, on: date, model: type, values: dict) -> None:
        self.story.agenda.put(moment(on, 17), self._enter, model, {"on": on, **values})

    def _enter(self, model: type, values: dict, at: datetime) -> None:
        entering.enter(model, values, by=self.coordinator, at=at)

    def _tell_story(self, quarter: Quarter, title: str, text: str, at: datetime) -> None:
        entering.tell_story(
            quarter, title=title, text=text, no_names=True, by=self.coordinator, at=at, on=quarter.last_day
        )

    def _agree(self, library: Organisation, place: int) -> None:
        """Two partners of three have all five parts."""
        for number, partner in enumerate(PARTNERS[: 2 + place % 3]):
            parts = dict.fromkeys(Agreement.PARTS, True)
            if (place + number) % 3 == 0:
                parts |= {"has_timeline": False, "has_plan": number % 2 == 0}
            self._put(library.participation.starts_on, Agreement, {"library": library, "partner": partner, **parts})

    def _use(self, library: Organisation, place: int, quarter: Quarter, at: datetime) -> None:
        """What the members of a library used in a quarter that is over."""
        members = Enrolment.objects.standing().filter(library=library, on__lte=quarter.last_day).count()
        if members < 1:
            return
        counts = {"borrowed": members * (5 + place % 3) // 9, "online": members // 4, "took_part": members // 6}
        assert set(counts) <= set(LibraryUse.COUNTS)
        entering.tell_use(
            library, quarter, members=members, counts=counts, by=self.coordinator, at=at, on=local_day(at)
        )
