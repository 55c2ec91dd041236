"""Loading a programme file: all of it or nothing, and a second time changes nothing.

What changed in the file is updated where that is still harmless; what money or residents already depend on is refused
with a sentence. Nothing is ever removed: what the file no longer names stays as it is.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.formats import date_format

from kbl.clock import now
from kbl.formats import euro
from kbl.fund.models import BudgetLine, BudgetPost, FundEntry, Instalment
from kbl.organisations import target_groups
from kbl.organisations.models import (
    Branch,
    ClosedQuarter,
    ClosingLock,
    Municipality,
    Organisation,
    Programme,
    TargetGroup,
    YearTarget,
)
from kbl.payments.accounts.accounts import may_be_filled_in
from kbl.programme.monitor_facts import MONITOR
from kbl.programme.programme_file import LEGAL, SETTINGS, LibraryFacts, ProgrammeFile, WrongProgrammeFile, read
from kbl.second_person.second_person import is_beginning
from kbl.settlements.models import NumberSeries, Tariff
from kbl.settlements.statements import self_billing
from libraries.models import Enrolment, Participation

# What Cubiss sets at Beheer: loading again leaves it as it is, unless the file names it (SETTINGS).
TWO = "Daar kijkt een tweede persoon naar."
SET_ON_SCREEN = ("id", "reminder_after", "silence_after", *SETTINGS)


class LoadRefused(WrongProgrammeFile):
    """The file is right in itself, but it contradicts what is already settled; one sentence per contradiction."""


class Loaded:
    """What loading did: how many rows of each kind are new, changed, or were right already."""

    def __init__(self) -> None:
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.same: Counter[str] = Counter()

    @property
    def nothing_changed(self) -> bool:
        return not self.added and not self.changed

    def lines(self) -> list[str]:
        """Per kind of row: how many there are, and what happened to them."""
        kinds = dict.fromkeys([*self.added, *self.changed, *self.same])
        return [
            f"{kind}: {self.added[kind]} nieuw, {self.changed[kind]} gewijzigd, {self.same[kind]} ongewijzigd"
            for kind in kinds
        ]


def load_file(path: Path) -> Loaded:
    """Read a programme file and load it. Raises WrongProgrammeFile, LoadRefused; then nothing was changed."""
    return load(read(path))


@transaction.atomic
def load(file: ProgrammeFile) -> Loaded:
    """Bring the database to what the file says. Raises LoadRefused."""
    loader = _Loader()
    loader.everything(file)
    if loader.refused:
        raise LoadRefused(loader.refused)
    return loader.loaded


class _Loader:
    """Writes row by row; contradictions are collected in `refused`, and then the transaction is rolled back."""

    def __init__(self) -> None:
        self.loaded = Loaded()
        self.refused: list[str] = []
        self.books_closed_until: date | None = None
        self.beginning = is_beginning()

    def everything(self, file: ProgrammeFile) -> None:
        ClosingLock.objects.get_or_create(pk=1)
        last = ClosedQuarter.objects.order_by("quarter").last()
        self.books_closed_until = last.quarter.last_day if last else None
        self._programme(file.programme, file.settings)
        for target in file.targets:
            self._put(YearTarget, {"year": target.year}, {"new_memberships": target.new_memberships})
        for post in file.posts:
            self._put(BudgetPost, {"number": post.number}, {"name": post.name})
        for line in file.budget:
            values = {"name": line.name, "amount": line.amount, "paid_by": line.paid_by}
            self._put(BudgetLine, {"year": line.year, "post": line.post}, values)
        for tariff in file.tariffs:
            self._tariff(tariff)
        for instalment in file.instalments:
            self._instalment(instalment)
        starts = {name: each.participation.starts_on for each in file.libraries for name in each.serves}
        for place in file.municipalities:
            lies = {"latitude": place.latitude, "longitude": place.longitude}
            values = {"name": place.name, "starts_on": starts[place.name], **lies}
            self._put(Municipality, {"code": place.code}, values)
        self._target_groups(file.target_groups)
        self._organisation(file.cubiss, municipality=None)
        for library in file.libraries:
            self._library(library)
        for name, rows in file.monitor.items():
            for row in rows:
                key, values = MONITOR[name].split(row)
                self._put(MONITOR[name].model, key, values)

    def _target_groups(self, new: list[TargetGroup]) -> None:
        """Estimates that the file gives; what was set on screen stays."""
        there, places = target_groups.estimates(), {each.code: each for each in Municipality.objects.all()}
        kind = str(TargetGroup._meta.verbose_name_plural).capitalize()
        for each in new:
            place = places[each.municipality.code]
            known = there.get(place.pk)
            if known and not known.is_from_file:
                self.loaded.same[kind] += 1
            elif target_groups.estimate(place, people=each.people, source=each.source, by=None, at=now()):
                (self.loaded.changed if known else self.loaded.added)[kind] += 1
            else:
                self.loaded.same[kind] += 1

    def _put(self, model: type[models.Model], key: dict[str, Any], values: dict[str, Any]) -> Any:
        """The row with this key, having these values; counted as new, changed or the same."""
        kind = str(model._meta.verbose_name_plural).capitalize()
        row, added = model._default_manager.get_or_create(**key, defaults=values)
        different = [name for name, value in values.items() if getattr(row, name) != value]
        if added:
            self.loaded.added[kind] += 1
        elif not different:
            self.loaded.same[kind] += 1
        else:
            for name in different:
                setattr(row, name, values[name])
            row.save(update_fields=different)
            self.loaded.changed[kind] += 1
        return row

    def _programme(self, new: Programme, named: tuple[str, ...]) -> None:
        columns = [column.name for column in Programme._meta.fields if column.name not in SET_ON_SCREEN]
        values = {name: getattr(new, name) for name in (*columns, *named)}
        closed = self.books_closed_until
        old = Programme.objects.filter(pk=1).first()
        if old and closed and old.starts_on != new.starts_on:
            self.refused.append("[programme] starts_on: er is al een kwartaal gesloten. De eerste dag ligt nu vast.")
        if old and closed and new.ends_on < closed:
            self.refused.append(
                f"[programme] ends_on: de boeken zijn gesloten tot en met {_day(closed)}."
                " Het programma kan niet eerder eindigen."
            )
        self._put(Programme, {"pk": 1}, values)

    def _tariff(self, new: Tariff) -> None:
        """Tariffs are append-only: what was agreed from a day on stays, and closed books keep their price."""
        key = {"kind": new.kind, "track": new.track, "first_day": new.first_day}
        of_track = f" van spoor {new.track}" if new.track else ""
        name = f"[[tariffs]] {new.get_kind_display()}{of_track} vanaf {_day(new.first_day)}"
        old = Tariff.objects.filter(**key).first()
        if old and (old.amount != new.amount or old.vat != new.vat):
            self.refused.append(
                f"{name}: dit is al vastgelegd als {euro(old.amount)} ({old.get_vat_display()})."
                " Een tarief verandert niet; voeg een tarief toe met een latere eerste dag."
            )
        elif not old and self.books_closed_until and new.first_day <= self.books_closed_until:
            self.refused.append(
                f"{name}: de boeken zijn gesloten tot en met {_day(self.books_closed_until)}."
                " Kies een eerste dag daarna."
            )
        elif not old and not self.beginning:
            self.refused.append(f"{name}: een tarief vraagt u bij Beheer, Tarieven. {TWO}")
        else:
            self._put(Tariff, key, {"amount": new.amount, "vat": new.vat})

    def _instalment(self, new: Instalment) -> None:
        key = {"due_on": new.due_on, "description": new.description}
        old = Instalment.objects.filter(**key).first()
        if old and old.amount != new.amount and FundEntry.objects.filter(instalment=old).exists():
            self.refused.append(
                f"[[instalments]] {new.description}: hierop is al geld ontvangen. Het bedrag blijft {euro(old.amount)}."
            )
            return
        self._put(Instalment, key, {"amount": new.amount})

    def _organisation(self, new: Organisation, *, municipality: Municipality | None) -> Organisation:
        values = {name: getattr(new, name) for name in ("name", *LEGAL)} | {"municipality": municipality}
        if new.buyer_reference:  # a file that does not name it leaves what was set at Beheer
            values["buyer_reference"] = new.buyer_reference
        old = Organisation.objects.filter(slug=new.slug).first()
        if Organisation.objects.filter(name=new.name).exclude(slug=new.slug).exists():
            self.refused.append(f"{new.name}: er is al een andere organisatie met deze naam.")
            values["name"] = new.slug
        values |= self._waits_for_two(new, old)
        return self._put(Organisation, {"slug": new.slug}, values)

    def _waits_for_two(self, new: Organisation, old: Organisation | None) -> dict[str, str]:
        """What keeps its value, because a file is the work of one: an account, and the address that is warned."""
        kept = old or Organisation()
        may = self.beginning and (old is None or may_be_filled_in(old))
        values: dict[str, str] = {}
        if (kept.iban, kept.account_holder) != (new.iban, new.account_holder) and not may:
            self.refused.append(
                f"{new.name}, iban: een rekening wijzigen kan niet met een bestand. {TWO} Doe het bij Organisaties."
            )
            values |= {"iban": kept.iban, "account_holder": kept.account_holder}
        if kept.email != new.email and not self.beginning:
            self.refused.append(f"{new.name}, email: dit adres vraagt u bij Organisaties. {TWO}")
            values["email"] = kept.email
        return values

    def _library(self, new: LibraryFacts) -> None:
        assert new.organisation.municipality is not None  # the file's reader saw to that
        seat = Municipality.objects.get(code=new.organisation.municipality.code)
        library = self._organisation(new.organisation, municipality=seat)
        self._participation(library, new.participation)
        for branch in new.branches:
            values = {
                "municipality": Municipality.objects.get(code=branch.municipality.code),
                "street": branch.street,
                "postcode": branch.postcode,
                "city": branch.city,
            }
            self._put(Branch, {"organisation": library, "name": branch.name}, values)

    def _participation(self, library: Organisation, new: Participation) -> None:
        old = Participation.objects.filter(library=library).first()
        if old and old.invoice_prefix != new.invoice_prefix and _has_invoices(old.invoice_prefix):
            self.refused.append(
                f"{library}, invoice_prefix: er zijn al facturen met {old.invoice_prefix}. De voorloop ligt nu vast."
            )
        if Enrolment.objects.standing().filter(library=library, on__lt=new.starts_on).exists():
            self.refused.append(
                f"{library}, starts_on: er zijn al inschrijvingen van vóór {_day(new.starts_on)}."
                " De startdatum kan niet later worden."
            )
        if Participation.objects.filter(invoice_prefix=new.invoice_prefix).exclude(library=library).exists():
            self.refused.append(f"{library}, invoice_prefix: {new.invoice_prefix} hoort al bij een andere bibliotheek.")
            return
        values = {
            "starts_on": new.starts_on,
            "invoice_prefix": new.invoice_prefix,
        }
        if new.own_numbers:  # a file that says nothing of it leaves what Cubiss chose
            values["own_numbers"] = True
        self._put(Participation, {"library": library}, values)
        self_billing.from_file(library, new.self_billing_since, at=now())


def _has_invoices(prefix: str) -> bool:
    return NumberSeries.objects.filter(name__startswith=f"{prefix}-").exists()


def _day(day: date) -> str:
    return date_format(day, "j F Y")
