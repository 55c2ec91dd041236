"""Who takes part: municipalities, libraries with two branches each, intermediaries, and somebody in each of them."""

from pathlib import Path

from bench.national.calendar import START, noon
from intermediaries.models import Accreditation
from kbl.accounts.models import Assignment, Role, User
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.programme import loader
from kbl.settlements.models import SelfBilling
from libraries.models import Participation

PROGRAMME = Path(__file__).resolve().parents[2] / "programmes" / "limburg-2025-2027.toml"
MUNICIPALITIES, LIBRARIES, INTERMEDIARIES = 342, 150, 2_000
PARTICULARS = {
    "kvk": "12345678",
    "vat_id": "NL004495445B01",
    "iban": "NL91ABNA0417164300",
    "street": "Markt 1",
    "postcode": "5911 AB",
    "city": "Dorp",
}
OFFICE = {
    "carla": Role.CUBISS_COORDINATOR,
    "frank": Role.CUBISS_FINANCE,
    "rik": Role.CUBISS_READER,
    "petra": Role.PROVINCE,
}


def make() -> None:
    """Load the programme file, and add to it until it is a country."""
    loader.load_file(PROGRAMME)  # before there are two people at Cubiss, of whom one would have to agree
    _office()
    towns = list(Municipality.objects.order_by("pk"))
    towns += Municipality.objects.bulk_create(
        Municipality(code=f"GM9{n:03}", name=f"Gemeente {n}") for n in range(MUNICIPALITIES - len(towns))
    )
    Municipality.objects.update(starts_on=START)
    _libraries(towns)
    _intermediaries(towns)


def _office() -> None:
    """The people of Cubiss and the province, and somebody without any role."""
    for name, role in OFFICE.items():
        user = User.objects.create_user(f"{name}@voorbeeld.example", None, name=name.capitalize())
        Assignment.objects.create(user=user, role=role)
    User.objects.create_user("vreemd@voorbeeld.example", None, name="Vreemd")


def _people(parties: list[Organisation], role: Role) -> None:
    """Somebody for every party."""
    users = User.objects.bulk_create(
        User(email=f"{role}-{each.slug}@voorbeeld.example", name=f"Van {each.name}"[:60], password="!")
        for each in parties
    )
    Assignment.objects.bulk_create(
        Assignment(user=user, role=role, organisation=each) for user, each in zip(users, parties, strict=True)
    )


def _organisations(word: str, slug: str, count: int, towns: list[Municipality]) -> list[Organisation]:
    return Organisation.objects.bulk_create(
        Organisation(
            name=f"{word} {n}",
            slug=f"{slug}-{n}",
            email=f"{slug}-{n}@voorbeeld.example",
            municipality=towns[n % len(towns)],
            **PARTICULARS,
        )
        for n in range(count)
    )


def _libraries(towns: list[Municipality]) -> None:
    """A hundred and fifty that agreed on self-billing, two branches each."""
    Organisation.objects.update(**PARTICULARS)
    cubiss, _ = Organisation.objects.get_or_create(name="Cubiss", defaults={"slug": "cubiss", **PARTICULARS})
    Organisation.objects.filter(pk=cubiss.pk).update(buyer_reference="KBL", **PARTICULARS)
    more = _organisations("Bibliotheek", "bieb", LIBRARIES - Participation.objects.count(), towns)
    Participation.objects.bulk_create(
        Participation(library=each, starts_on=START, invoice_prefix=f"B{n}") for n, each in enumerate(more)
    )
    Participation.objects.update(starts_on=START, self_billing_since=START)
    SelfBilling.objects.filter(ended_on__isnull=True).update(since=START, at=noon(START))
    libraries = list(Organisation.objects.filter(participation__isnull=False))
    agreed = set(SelfBilling.objects.values_list("library_id", flat=True))
    SelfBilling.objects.bulk_create(
        SelfBilling(library=each, since=START, at=noon(START)) for each in libraries if each.pk not in agreed
    )
    Branch.objects.bulk_create(
        [
            Branch(organisation=each, name=f"Plek {n}", municipality_id=each.municipality_id or towns[n].pk)
            for each in libraries
            for n in (1, 2)
        ]
    )
    _people(libraries, Role.LIBRARY_MANAGER)
    _people(libraries[:1], Role.LIBRARY_DESK)


def _intermediaries(towns: list[Municipality]) -> None:
    parties = _organisations("Welzijn", "welzijn", INTERMEDIARIES, towns)
    Accreditation.objects.bulk_create(
        Accreditation(organisation=each, track=n % 4 + 1, protocol="1", valid_from=START)
        for n, each in enumerate(parties)
    )
    _people(parties, Role.INTERMEDIARY)
