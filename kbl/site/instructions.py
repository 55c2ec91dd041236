"""The instruction of each role: four steps on one page.

The same sentences stand on the page Hulp and, with pictures of the real screens, on the sheet to print
(static/help/*.pdf, made by docs/make_handouts.py).
"""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from kbl.accounts.roles import ROLES, Role


@dataclass(frozen=True)
class Step:
    """One thing to do, in a few sentences."""

    title: str
    words: str


@dataclass(frozen=True)
class Instruction:
    """A role's sheet; `slug` is the name of its file and of its pictures."""

    slug: str
    title: str
    lead: str
    steps: tuple[Step, ...]
    remember: str

    @property
    def file(self) -> str:
        """The sheet's path among the static files."""
        return f"help/{self.slug}.pdf"


COORDINATOR = Instruction(
    "cubiss",
    "Zo werkt u als coördinator",
    "Vouchers versturen, vragen beantwoorden en het kwartaal afsluiten.",
    (
        Step(
            "Begin bij Vandaag", "Bovenaan staat wat aandacht vraagt. Kies een regel om er meteen mee verder te gaan."
        ),
        Step(
            "Verstuur een bestelling",
            "Open de bestelling. Scan de vouchers die u inpakt, of typ de reeks. De pakbon staat daarna klaar.",
        ),
        Step(
            "Zoek een voucher",
            "Scan of typ het nummer in het zoekveld. U ziet waar de voucher is en wat ermee gebeurde.",
        ),
        Step(
            "Sluit het kwartaal af",
            "Kijk eerst wat iedereen krijgt. Klopt het? Sluit dan af. Wie moet tekenen, krijgt vanzelf bericht.",
        ),
    ),
    "Een afgesloten kwartaal verandert niet meer. Iets verbeteren kan: dat komt in het volgende kwartaal.",
)
INTERMEDIARY = Instruction(
    "intermediair",
    "Zo geeft u een voucher mee",
    "Meegeven, het nummer melden, en na het kwartaal de vergoeding krijgen.",
    (
        Step(
            "Meld het nummer",
            "Kies Uitreiken. Scan of typ de nummers die u meegaf. Een reeks mag ook: 0012345-0012370.",
        ),
        Step(
            "Kijk en bevestig",
            "U ziet per nummer of het kan. Druk daarna één keer op de knop. Vergist? Draai het terug bij Uitgereikt.",
        ),
        Step("Houd voorraad", "Bij Voorraad ziet u wat u nog heeft. Bijna op? Bestel nieuwe vouchers bij Bestellen."),
        Step(
            "Geef uw akkoord", "Na elk kwartaal staat uw declaratie klaar. Klopt alles? Geef akkoord, dan betalen wij."
        ),
    ),
    "Schrijf nooit iets op over de persoon die de voucher krijgt. Alleen het nummer en de dag.",
)
DESK = Instruction(
    "balie",
    "Zo neemt u een voucher aan",
    "Scannen, kiezen, klaar. U schrijft uw lid in zoals altijd.",
    (
        Step(
            "Scan de voucher", "Open Inwisselen en scan de voucher. Typen mag ook. U ziet meteen of het nummer goed is."
        ),
        Step(
            "Kies en bevestig", "Nieuw lid, al lid, of al gratis door leeftijd: toets 1, 2 of 3. Druk op Enter. Klaar."
        ),
        Step("Vergist?", "Kies Inschrijvingen en draai het terug. Dat kan tot het einde van het kwartaal."),
        Step(
            "Een jaar later",
            "Bij Verlengingen meldt u per nummer of het lid doorgaat. Weet u het niet? Laat het staan.",
        ),
    ),
    "Kan een voucher niet? Stuur niemand weg. Het scherm zegt wat u kunt doen. Zonder voucher kan er vaak ook iets.",
)
MANAGER = Instruction(
    "bibliotheek-beheer",
    "Zo regelt u de factuur",
    "Cubiss maakt na elk kwartaal de factuur voor u. U kijkt hem na.",
    (
        Step("Open de factuur", "Kies Facturen. Staat er 'wacht op akkoord'? Dan is het uw beurt."),
        Step("Kijk de regels na", "Elke regel is één lidmaatschap. U ziet het nummer, de dag en het bedrag."),
        Step("Akkoord, of niet", "Klopt alles? Geef akkoord. Klopt iets niet? Meld welke nummers en wat er mis is."),
        Step("Houd de verlengingen bij", "Meld wie doorgaat. Elk nieuw jaar komt dan vanzelf op de factuur."),
    ),
    "U hoeft zelf geen factuur te sturen. Uw rekeningnummer wijzigen? Vraag het uw contactpersoon.",
)
MUNICIPALITY = Instruction(
    "gemeente",
    "Zo volgt u uw gemeente",
    "Na elk kwartaal ziet u hoe het in uw gemeente gaat.",
    (
        Step("Lees de stand", "Op Zo gaat het ziet u uw gemeente naast het hele programma."),
        Step("Bewaar het document", "Met de knop PDF bewaart u twee bladzijden over uw gemeente, om te delen."),
        Step(
            "Bekijk uw bibliotheken",
            "Bij Bibliotheken staan de bibliotheken in uw gemeente, hun doelen en hun overeenkomsten.",
        ),
    ),
    "Getallen onder de 5 laten wij weg. Zo blijft niemand herkenbaar.",
)
PROVINCE = Instruction(
    "provincie",
    "Zo volgt u het programma",
    "Elk kwartaal een rapportage, steeds op dezelfde manier.",
    (
        Step("Lees de stand", "Op Rapportages ziet u het laatste kwartaal naast het doel van het jaar."),
        Step("Kies een kwartaal", "Alle rapportages blijven staan. Kies een kwartaal om het te lezen."),
        Step(
            "Bewaar het document", "Met de knop PDF bewaart u de rapportage. Het document verandert daarna niet meer."
        ),
    ),
    "Getallen onder de 5 laten wij weg. Zo blijft niemand herkenbaar.",
)

ALL = (COORDINATOR, INTERMEDIARY, DESK, MANAGER, MUNICIPALITY, PROVINCE)
SHEETS = {each.slug: each for each in ALL}

if _unknown := {slug for row in ROLES.values() for slug in row.sheets} - set(SHEETS):
    raise ImproperlyConfigured(f"No instruction (kbl/site/instructions.py) is called {sorted(_unknown)}.")

INSTRUCTIONS: dict[Role, tuple[Instruction, ...]] = {
    role: tuple(SHEETS[slug] for slug in row.sheets) for role, row in ROLES.items()
}
