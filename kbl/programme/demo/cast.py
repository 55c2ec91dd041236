"""Who takes part in the demonstration. All names, accounts and addresses are invented."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from stdnum import iban

from intermediaries import accreditation
from intermediaries.kinds import kinds
from intermediaries.kinds.models import IntermediaryKind
from intermediaries.models import Track
from intermediaries.service_areas.areas import serve
from kbl.accounts.models import OFFICE_ROLES, Assignment, Role, User
from kbl.organisations.models import Branch, Municipality, Organisation, Programme
from kbl.programme.agenda import moment
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange

PASSWORD = "welkom-bij-de-bieb"
PROTOCOL = "1.0"
PARENT = "Volwassenenfonds"


@dataclass(frozen=True)
class Intermediary:
    """An intermediary of the demonstration: its track, its town, the libraries its people go to, how busy it is.

    `busy`: how many residents a week the story follows one by one at most. `crowd`: how many more get a voucher in an
    average week of 2025 and of 2026.
    """

    name: str
    track: Track
    town: str
    libraries: tuple[str, ...]
    since: date
    busy: int
    until: date | None = None
    medium: str = "paper"
    crowd: tuple[int, int] = (0, 0)

    def a_week(self, on: date) -> int:
        """How many of the crowd get a voucher in an average week."""
        return self.crowd[on.year > 2025]


FIRST, NEW_YEAR, SPRING = date(2025, 9, 1), date(2026, 1, 12), date(2026, 3, 2)
INTERMEDIARIES = (
    Intermediary(
        f"{PARENT}, kantoor Noord",
        Track.ADULT_FUND,
        "Venlo",
        ("venlo", "gennep"),
        FIRST,
        3,
        medium="digital",
        crowd=(40, 5),
    ),
    Intermediary(
        f"{PARENT}, kantoor Midden",
        Track.ADULT_FUND,
        "Roermond",
        ("roermond", "weert"),
        SPRING,
        2,
        medium="digital",
        crowd=(0, 12),
    ),
    Intermediary(
        f"{PARENT}, kantoor Zuid",
        Track.ADULT_FUND,
        "Heerlen",
        ("landgraaf", "heerlen"),
        FIRST,
        3,
        medium="digital",
        crowd=(30, 11),
    ),
    Intermediary("Stadsloket Venlo", Track.OWN_SCHEME, "Venlo", ("venlo",), FIRST, 2, crowd=(28, 4)),
    Intermediary("Gemeenteloket Maasdal", Track.OWN_SCHEME, "Maastricht", ("maastricht",), NEW_YEAR, 3, crowd=(0, 4)),
    Intermediary(
        "Welzijn De Brug", Track.VOUCHER_SCHEME, "Gennep", ("gennep", "venray"), date(2025, 10, 1), 2, crowd=(14, 5)
    ),
    Intermediary(
        "Welzijn Oost-Mijnstreek", Track.VOUCHER_SCHEME, "Landgraaf", ("landgraaf", "kerkrade"), FIRST, 2, crowd=(18, 6)
    ),
    Intermediary(
        "Buurtpunt De Linde", Track.VOUCHER_SCHEME, "Venlo", ("venlo",), FIRST, 1, until=date(2026, 3, 31), crowd=(8, 3)
    ),
    Intermediary(
        "Wijkteam West",
        Track.VOUCHER_SCHEME,
        "Sittard-Geleen",
        ("sittard-geleen", "maastricht"),
        SPRING,
        2,
        crowd=(0, 2),
    ),
    Intermediary("Voedselbank De Maasoever", Track.DIRECT, "Venlo", ("venlo", "horst"), FIRST, 2, crowd=(14, 4)),
    Intermediary("Taalhuis Parkstad", Track.DIRECT, "Heerlen", ("heerlen", "brunssum"), SPRING, 1, crowd=(0, 6)),
    Intermediary(
        "Kledingbank Zuiderwijk", Track.DIRECT, "Maastricht", ("maastricht", "valkenburg"), SPRING, 1, crowd=(0, 2)
    ),
    Intermediary(
        "Vluchtelingenwerk Maasstad", Track.DIRECT, "Roermond", ("roermond", "leudal"), SPRING, 1, crowd=(0, 5)
    ),
)
# Who serves more than the municipality of its seat, from its first day on.
SERVES = {
    f"{PARENT}, kantoor Noord": ("Venlo", "Gennep", "Venray", "Horst aan de Maas", "Peel en Maas", "Beesel"),
    f"{PARENT}, kantoor Midden": ("Roermond", "Weert", "Leudal", "Maasgouw", "Roerdalen", "Echt-Susteren"),
    f"{PARENT}, kantoor Zuid": ("Heerlen", "Landgraaf", "Kerkrade", "Brunssum", "Voerendaal", "Simpelveld"),
    "Welzijn De Brug": ("Gennep", "Bergen (L.)", "Mook en Middelaar"),
}
# What does not follow from a track; of one nobody has said it yet.
KINDS = {
    "Welzijn De Brug": IntermediaryKind.WELFARE,
    "Welzijn Oost-Mijnstreek": IntermediaryKind.WELFARE,
    "Buurtpunt De Linde": IntermediaryKind.WELFARE,
    "Voedselbank De Maasoever": IntermediaryKind.FOOD_BANK,
    "Taalhuis Parkstad": IntermediaryKind.LANGUAGE,
    "Kledingbank Zuiderwijk": IntermediaryKind.GOODS,
    "Vluchtelingenwerk Maasstad": IntermediaryKind.NEWCOMERS,
}
# Libraries whose own desk may hand out (IDO): walk-in without a voucher.
OWN_DESKS = {"venlo": FIRST, "heerlen": SPRING}


@dataclass(frozen=True)
class Login:
    """Somebody who can log in to the demonstration: the part before @, the name, and in which roles for whom."""

    mailbox: str
    name: str
    roles: tuple[Role, ...]
    organisation: str = ""

    @property
    def email(self) -> str:
        return f"{self.mailbox}@voorbeeld.example"


LOGINS = (
    Login("coordinator", "Cato van het projectteam", (Role.CUBISS_COORDINATOR,)),
    Login("financien", "Fenna van financiën", (Role.CUBISS_FINANCE,)),
    Login("lezer", "Lou die meeleest", (Role.CUBISS_READER,)),
    Login("intermediair", "Imke van de intermediair", (Role.INTERMEDIARY,), "voedselbank-de-maasoever"),
    Login("balie", "Bo van de balie", (Role.LIBRARY_DESK,), "bibliotheek-venlo"),
    Login("beheer", "Bente van beheer", (Role.LIBRARY_MANAGER,), "bibliotheek-venlo"),
    Login("ido", "Ilse van het IDO-spreekuur", (Role.LIBRARY_DESK, Role.INTERMEDIARY), "bibliotheek-venlo"),
    Login("gemeente", "Gijs van de gemeente", (Role.MUNICIPALITY,), "gemeente-venlo"),
    Login("provincie", "Pim van de provincie", (Role.PROVINCE,)),
)


@dataclass
class Partner:
    """An intermediary in the story: who reports for it, and the serials that it has in stock."""

    organisation: Organisation
    worker: User
    office: Intermediary
    stock: list[int] = field(default_factory=list)

    def works_on(self, day: date) -> bool:
        return self.office.since <= day and (self.office.until is None or day <= self.office.until)


class Cast:
    """Everybody, for a programme that is loaded. Nobody can log in until `let_in`: an unfinished story has no key."""

    def __init__(self) -> None:
        self.users = {login.mailbox: self._user(login.email, login.name) for login in LOGINS}
        self.coordinator, self.finance = self.users["coordinator"], self.users["financien"]
        self.libraries = {
            library.slug.removeprefix("bibliotheek-"): library
            for library in Organisation.objects.filter(participation__isnull=False).select_related("participation")
        }
        self.branches = {
            slug: list(Branch.objects.filter(organisation=library).order_by("pk"))
            for slug, library in self.libraries.items()
        }
        self.clerks, self.managers = {}, {}
        for slug, library in self.libraries.items():
            desk, manager = f"balie.{slug}", f"beheer.{slug}"
            self.clerks[slug] = self._staff(desk, f"Balie {library.city}", Role.LIBRARY_DESK, library)
            self.managers[slug] = self._staff(manager, f"Beheer {library.city}", Role.LIBRARY_MANAGER, library)
        self.partners = self._partners()
        self.desks = {slug: self._desk(slug, since) for slug, since in OWN_DESKS.items()}
        self._govern("Venlo")
        for login in LOGINS:
            self._assign(login)

    def agree(self, change: PendingChange, *, at: datetime) -> None:
        """What one of Cubiss asked, the other looks at."""
        other = self.finance if change.asked_by_id == self.coordinator.pk else self.coordinator
        second_person.accept(change, by=other, at=at)

    def let_in(self) -> None:
        """The story is told: everybody on the list can log in. To hash the one password once is a second less."""
        hashed = make_password(PASSWORD)
        for user in self.users.values():
            user.password = hashed
            user.save(update_fields=["password"])

    def party_of(self, organisation: Organisation, kind: str) -> User:
        """Who answers for an organisation: a library's manager for its invoice, else who hands out."""
        slug = organisation.slug.removeprefix("bibliotheek-")
        if slug in self.libraries and (kind == "invoice" or slug not in self.desks):
            return self.managers[slug]
        everybody = [*self.partners, *self.desks.values()]
        return next(each.worker for each in everybody if each.organisation == organisation)

    def _partners(self) -> list[Partner]:
        """The intermediaries; the offices of the Volwassenenfonds are paid through it."""
        parent = self._organisation(PARENT, "Roermond", 101)
        partners = []
        for number, office in enumerate(INTERMEDIARIES, start=102):
            through_parent = office.track == Track.ADULT_FUND
            organisation = self._organisation(office.name, office.town, number, parent if through_parent else None)
            self._accredit(organisation, office.track, office.since, office.until)
            self._serve(organisation, office.since)
            self._say_kind(organisation, KINDS.get(office.name), office.since)
            worker = self._staff(organisation.slug, f"Medewerker {office.name}", Role.INTERMEDIARY, organisation)
            partners.append(Partner(organisation, worker, office))
        return partners

    def _desk(self, slug: str, since: date) -> Partner:
        library = self.libraries[slug]
        self._accredit(library, Track.DIRECT, since, None)
        self._say_kind(library, IntermediaryKind.IDO, since)
        worker = self._staff(f"ido.{slug}", f"IDO {library.city}", Role.INTERMEDIARY, library)
        office = Intermediary(library.name, Track.DIRECT, library.city, (slug,), since, 2)
        return Partner(library, worker, office)

    def _organisation(self, name: str, town: str, number: int, parent: Organisation | None = None) -> Organisation:
        slug = name.lower().replace(",", "").replace(" ", "-")
        account = f"NL{iban.calc_check_digits(f'NL00TEST{number:010}')}TEST{number:010}"
        return Organisation.objects.create(
            name=name,
            slug=slug,
            parent=parent,
            municipality=Municipality.objects.get(name=town),
            kvk=f"{number:08}",
            iban="" if parent else account,
            street=f"Voorbeeldstraat {number}",
            postcode="6000 XX",
            city=town,
            email=f"administratie@{slug}.voorbeeld.example",
        )

    def _govern(self, town: str) -> None:
        """A municipality that reads along: an organisation of its own, which hands nothing out."""
        own = self._organisation(f"Gemeente {town}", town, 99)
        Municipality.objects.filter(name=town).update(authority=own)

    def _accredit(self, organisation: Organisation, track: Track, since: date, until: date | None) -> None:
        accreditation.accredit(
            organisation, track=track, protocol=PROTOCOL, valid_from=since.replace(day=1), valid_until=until
        )

    def _serve(self, organisation: Organisation, since: date) -> None:
        if towns := SERVES.get(organisation.name):
            served = Municipality.objects.filter(name__in=towns)
            said = moment(since.replace(day=1), 9)
            serve(organisation, served, first_day=since.replace(day=1), by=self.coordinator, at=said)

    def _say_kind(self, organisation: Organisation, kind: IntermediaryKind | None, since: date) -> None:
        if kind:
            kinds.say(organisation, kind, by=self.coordinator, at=moment(since.replace(day=1), 9))

    def _user(self, email: str, name: str) -> User:
        return User.objects.create_user(email, name=name)

    def _staff(self, mailbox: str, name: str, role: Role, organisation: Organisation) -> User:
        user = self._user(f"{mailbox}@voorbeeld.example", name)
        Assignment.objects.create(user=user, role=role, organisation=organisation)
        return user

    def _assign(self, login: Login) -> None:
        organisation = Organisation.objects.get(slug=login.organisation) if login.organisation else None
        begins = moment(Programme.current().starts_on, 9)
        for role in login.roles:
            branch = self.branches["venlo"][0] if role == Role.LIBRARY_DESK else None
            user = self.users[login.mailbox]
            if role in OFFICE_ROLES and not second_person.is_beginning():
                self.agree(second_person.ask_role(user, role, by=self.coordinator, at=begins), at=begins)
            else:
                Assignment.objects.create(user=user, role=role, organisation=organisation, branch=branch)
