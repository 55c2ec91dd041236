"""A tariff, and how VAT applies to an organisation: one asks, a second person accepts (kbl/second_person)."""

from datetime import date, datetime
from decimal import Decimal

from kbl.formats import day, euro
from kbl.organisations.models import Programme
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import ChangeRefused, Kind, ask, makes
from kbl.settlements.models import PartyVat, Tariff
from kbl.settlements.tariffs import party_vat
from kbl.settlements.tariffs.tariffs import assert_addable


def ask_tariff(tariff: Tariff, *, by, at: datetime) -> PendingChange:
    """Ask for a tariff. Raises ChangeRefused (CEILING, OPEN), TariffTooEarly."""
    assert_addable(tariff.first_day)
    if tariff.amount > ceiling(tariff.kind):
        raise ChangeRefused(ChangeRefused.Reason.CEILING)
    track = f", spoor {tariff.track}" if tariff.track else ""
    values = {
        "kind": tariff.kind,
        "track": tariff.track,
        "first_day": tariff.first_day.isoformat(),
        "amount": str(tariff.amount),
        "vat": tariff.vat,
    }
    subject = f"{tariff.get_kind_display()}{track} vanaf {day(tariff.first_day)}"
    return ask(Kind.TARIFF, subject, "", f"{euro(tariff.amount)}, {tariff.get_vat_display()}", values, by, at)


def ask_vat(treatment: PartyVat, *, by, at: datetime) -> PendingChange:
    """Ask how VAT applies to an organisation. Raises ChangeRefused (OPEN, TWO_ANSWERS), TariffTooEarly."""
    _assert_vat_addable(treatment)
    values = {
        "organisation": treatment.organisation_id,
        "kind": treatment.kind,
        "first_day": treatment.first_day.isoformat(),
        "vat": treatment.vat,
    }
    subject = f"{treatment.organisation}: {treatment.get_kind_display()} vanaf {day(treatment.first_day)}"
    return ask(Kind.PARTY_VAT, subject, "", str(treatment.get_vat_display()), values, by, at)


def ask_tariff_gone(tariff: Tariff, *, by, at: datetime) -> PendingChange:
    """Ask to take a tariff away that nothing was billed by. Raises ChangeRefused (OPEN, GONE)."""
    if tariff.lines.exists():
        raise ChangeRefused(ChangeRefused.Reason.GONE)
    track = f", spoor {tariff.track}" if tariff.track else ""
    subject = f"{tariff.get_kind_display()}{track} vanaf {day(tariff.first_day)}"
    was = f"{euro(tariff.amount)}, {tariff.get_vat_display()}"
    return ask(Kind.TARIFF_GONE, subject, was, "verwijderd", {"tariff": tariff.pk}, by, at)


def ask_vat_gone(treatment: PartyVat, *, by, at: datetime) -> PendingChange:
    """Ask to take away how VAT applies to an organisation. Raises ChangeRefused (OPEN), TariffTooEarly."""
    assert_addable(treatment.first_day)
    subject = f"{treatment.organisation}: {treatment.get_kind_display()} vanaf {day(treatment.first_day)}"
    was = str(treatment.get_vat_display())
    return ask(Kind.VAT_GONE, subject, was, "verwijderd", {"vat": treatment.pk}, by, at)


def ceiling(kind: str) -> Decimal:
    """The highest amount that a tariff of this kind may have, in euros: a field of the programme."""
    programme = Programme.current()
    return programme.highest_handling if kind == Tariff.Kind.HANDLING else programme.highest_fee


@makes(Kind.TARIFF)
def _add_tariff(change: PendingChange) -> None:
    first_day = date.fromisoformat(change.values["first_day"])
    assert_addable(first_day)
    amount = Decimal(change.values["amount"])
    if amount > ceiling(change.values["kind"]):
        raise ChangeRefused(ChangeRefused.Reason.CEILING)
    Tariff.objects.create(**{**change.values, "first_day": first_day, "amount": amount})


@makes(Kind.PARTY_VAT)
def _add_vat(change: PendingChange) -> None:
    first_day = date.fromisoformat(change.values["first_day"])
    rest = {name: change.values[name] for name in ("kind", "vat")}
    treatment = PartyVat(organisation_id=change.values["organisation"], first_day=first_day, **rest)
    _assert_vat_addable(treatment)
    treatment.save()


def _assert_vat_addable(treatment: PartyVat) -> None:
    """It begins after closed books, and says of a library what the library's own paper says."""
    assert_addable(treatment.first_day)
    if party_vat.contradicts(treatment):
        raise ChangeRefused(ChangeRefused.Reason.TWO_ANSWERS)


@makes(Kind.TARIFF_GONE)
def _remove_tariff(change: PendingChange) -> None:
    found = Tariff.objects.filter(pk=change.values["tariff"]).first()
    if found is None or found.lines.exists():
        raise ChangeRefused(ChangeRefused.Reason.GONE)
    found.delete()


@makes(Kind.VAT_GONE)
def _remove_vat(change: PendingChange) -> None:
    found = PartyVat.objects.filter(pk=change.values["vat"]).first()
    if found is None:
        raise ChangeRefused(ChangeRefused.Reason.GONE)
    assert_addable(found.first_day)
    found.delete()
