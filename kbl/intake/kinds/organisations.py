"""Organisations, with the accreditation of those that hand out. Where money goes never changes by a file."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.utils.text import slugify

from intermediaries.kinds import kinds
from intermediaries.kinds.kinds import Kinds
from intermediaries.kinds.models import IntermediaryKind
from intermediaries.models import Accreditation, Track
from kbl.formats import day as written
from kbl.intake.resource import Change, Column, DownloadableIntake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Choice, Code, Day, Email, Named, Text, folded
from kbl.organisations.models import AccountChange, Municipality, Organisation
from kbl.organisations.one_form import tidy_iban, tidy_vat_id
from kbl.organisations.validators import (
    ADDRESS,
    half_an_address,
    missing_of_address,
    tidy_postcode,
    validate_iban,
    validate_kvk,
    validate_postcode,
    validate_vat_id,
)
from kbl.payments.accounts import accounts
from kbl.payments.accounts.accounts import may_be_filled_in
from kbl.second_person import second_person
from kbl.spreadsheets import plain_number
from kbl.texts.personal import validate_free_text

PLAIN = ["name", "municipality", "kvk", "vat_id", "street", "postcode", "city"]
ACCREDITED = ["track", "valid_from", "valid_until", "protocol"]
MONEY = (
    "Waar geld heen gaat, verandert niet met een bestand: daar kijkt een tweede persoon naar. Doe het bij Organisaties."
)


def _kvk(text: str) -> str:
    """Eight digits; a spreadsheet takes the zero in front away."""
    digits = plain_number(text).replace(" ", "")
    return digits.zfill(8) if digits.isdigit() and len(digits) == 7 else digits


class Organisations(DownloadableIntake):
    """One row is one organisation, known by its short name or else by its name."""

    slug, title, icon = "organisaties", "Organisaties", "building-2"
    one, many = "organisatie", "organisaties"
    lead = "Bibliotheken, intermediairs en gemeenten, met hun adres en rekening."
    explained = (
        "Een lege cel laat staan wat er al staat.",
        "Een rekening (IBAN) die er al is, verandert niet met een bestand.",
        "Een rekening, een e-mailadres en ‘hoort bij’ wachten na het inlezen op een tweede persoon.",
        "Deelt een organisatie vouchers uit? Vul dan ook spoor, begindag en protocol in.",
    )

    name = Column("Naam", Text(120, required=True), attribute="name", example="Voedselbank Voorbeeld")
    slug_ = Column(
        "Korte naam",
        Code(40, validate_free_text, tidy=lambda text: slugify(text)),
        attribute="slug",
        example="voedselbank-voorbeeld",
        hint="Voor in adressen. Leeg: wij maken hem van de naam.",
    )
    parent = Column("Hoort bij", Named("organisatie"), attribute="parent", hint="De organisatie die betaald wordt.")
    municipality = Column("Gemeente", Named("gemeente"), attribute="municipality", example="Venlo")
    kvk = Column("KvK-nummer", Code(8, validate_kvk, tidy=_kvk), attribute="kvk", example="12345678", also=["kvk"])
    vat_id = Column(
        "Btw-id", Code(14, validate_vat_id, tidy=tidy_vat_id), attribute="vat_id", also=["btw", "btw-nummer"]
    )
    iban = Column("IBAN", Code(34, validate_iban, tidy=tidy_iban), attribute="iban", also=["rekening"])
    account_holder = Column(
        "Naam rekeninghouder",
        Text(70),
        attribute="account_holder",
        hint="Alleen als de rekening op een andere naam staat.",
        also=["rekeninghouder", "ten name van", "tenaamstelling"],
    )
    street = Column("Straat en huisnummer", Text(120), attribute="street", example="Markt 2", also=["straat", "adres"])
    postcode = Column(
        "Postcode", Code(7, validate_postcode, tidy=tidy_postcode), attribute="postcode", example="5911 AB"
    )
    city = Column("Plaats", Text(80), attribute="city", example="Venlo", also=["woonplaats"])
    email = Column(
        "E-mail voor stukken", Email(), attribute="email", example="post@voorbeeld.example", also=["e-mail", "email"]
    )
    track = Column(
        "Spoor",
        Choice(Track.choices, {str(value): value for value in Track.values}),
        example="4",
        hint="1 tot en met 4, voor wie vouchers uitdeelt.",
    )
    valid_from = Column("Geaccrediteerd vanaf", Day(), example=date(2025, 9, 1), also=["accreditatie vanaf"])
    valid_until = Column("Geaccrediteerd tot en met", Day(), hint="Leeg: nog steeds.")
    protocol = Column("Protocol", Code(12, validate_free_text, tidy=str.strip), example="1.0", also=["protocolversie"])

    kind = Column(
        "Soort intermediair",
        Choice(
            IntermediaryKind.choices,
            {
                "ido": IntermediaryKind.IDO,
                "welzijn": IntermediaryKind.WELFARE,
                "schuldhulpverlening": IntermediaryKind.DEBT_HELP,
            },
        ),
        example="Voedselbank",
        hint="Voor wie vouchers uitdeelt. Leeg: wat het spoor zegt.",
        also=["soort"],
    )

    class Meta:
        import_id_fields = ["slug_"]

    def learn(self) -> None:
        self.there = list(Organisation.objects.select_related("parent__parent", "municipality"))
        waiting = AccountChange.objects.filter(decided_at__isnull=True)
        self.asked = dict(waiting.values_list("organisation_id", "iban"))
        self.by_slug = {each.slug: each for each in self.there}
        self.by_name = {folded(each.name): each for each in self.there}
        self.fields["parent"].widget.know(self.there, "name", "slug")
        self.fields["municipality"].widget.know(Municipality.objects.all(), "name", "code")
        self.accreditations: dict[int, list[Accreditation]] = defaultdict(list)
        for each in Accreditation.objects.order_by("valid_from"):
            self.accreditations[each.organisation_id].append(each)
        self.kinds = Kinds.known().said

    def _there(self, values: Values) -> Organisation | None:
        if values["slug_"]:
            return self.by_slug.get(values["slug_"])
        return self.by_name.get(folded(values["name"])) or self.by_slug.get(_slug(values["name"]))

    def key(self, values: Values) -> object:
        there = self._there(values)
        return there.slug if there else values["slug_"] or _slug(values["name"])

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        names: dict[str, Judged] = {}
        for row in rows:
            there = row.target = self._there(row.values)
            name = folded(row.values["name"])
            namesake = self.by_name.get(name)
            if namesake and namesake is not there:
                row.refuse(f"Er is al een andere organisatie met deze naam (korte naam {namesake.slug}).")
            elif name in names:
                row.refuse(f"Dezelfde naam staat op regel {names[name].number}, met een andere korte naam.")
            elif not (row.values["slug_"] or _slug(row.values["name"])):
                row.refuse("Korte naam: hier kunnen wij geen korte naam van maken. Vul er een in.")
            names.setdefault(name, row)
            kept = {part: row.values[part] or (getattr(there, part) if there else "") for part in ADDRESS}
            if missing := missing_of_address(**kept):
                row.refuse(half_an_address(missing))
            if there is None:
                self._judge_accreditation(row, [])
                continue
            self._judge_money(row, there)
            if not row.values["slug_"]:  # found by its name: capitals typed otherwise are no new name
                row.values["name"] = there.name
            row.changes = self.differences(there, row.values, [*PLAIN, "email"])
            if row.values["iban"] and not there.iban and there.pk not in self.asked:
                row.changes.append(Change("IBAN", "", row.values["iban"]))
                if row.values["account_holder"]:
                    row.changes.append(Change("Naam rekeninghouder", "", row.values["account_holder"]))
            self._judge_accreditation(row, self.accreditations[there.pk])
            said = self.kinds.get(there.pk)
            if (kind := row.values["kind"]) and kind != said:
                row.changes.append(Change("Soort intermediair", kinds.NAMES[said] if said else "", kinds.NAMES[kind]))
            if row.verdict != Verdict.WRONG:
                row.verdict = Verdict.CHANGED if row.changes else Verdict.SAME

    def _judge_money(self, row: Judged, there: Organisation) -> None:
        """An account that is there, and the organisation that is paid for another, stay what they are."""
        iban, parent = row.values["iban"], row.values["parent"]
        if iban and there.iban and iban != there.iban:
            row.refuse(f"IBAN: {MONEY}")
        elif iban and not there.iban and there.payee.iban:
            row.refuse(f"IBAN: nu wordt {there.payee} voor deze organisatie betaald. {MONEY}")
        elif iban and not there.iban and not may_be_filled_in(there):
            row.refuse(f"IBAN: er is al eerder aan deze organisatie betaald. {MONEY}")
        elif iban and not there.iban and self.asked.get(there.pk, iban) != iban:
            row.refuse("IBAN: voor deze organisatie wacht al een rekening op een tweede persoon.")
        if iban and iban[:2] not in accounts.SEPA:
            row.refuse("IBAN: naar dit land kan Cubiss niet betalen.")
        if row.values["account_holder"] not in ("", there.account_holder) and (there.iban or not iban):
            row.refuse(f"Naam rekeninghouder: {MONEY}")
        if parent and parent != there.parent:
            row.refuse(f"Hoort bij: {MONEY}")

    def _judge_accreditation(self, row: Judged, there: list[Accreditation]) -> None:
        """A row may bring a first or a next accreditation; what is agreed already stays as it is."""
        track, start, end, protocol = (row.values[name] for name in ACCREDITED)
        if not any((track, start, end, protocol)):
            return
        if not (track and start and protocol):
            row.refuse("Voor een accreditatie zijn spoor, begindag en protocol alle drie nodig.")
            return
        if end and end < start:
            row.refuse("Geaccrediteerd tot en met: deze dag ligt voor de begindag.")
            return
        for each in there:
            if each.valid_from == start:
                if (each.track, each.valid_until, each.protocol) != (track, end, protocol):
                    row.refuse("De accreditatie vanaf deze dag is anders vastgelegd. Wijzig haar bij de organisatie.")
                return
            if (each.valid_until is None or each.valid_until >= start) and (end is None or each.valid_from <= end):
                row.refuse(f"Er is al een accreditatie vanaf {written(each.valid_from)}. Beëindig die eerst.")
                return
        row.changes.append(Change("Geaccrediteerd vanaf", "", written(start)))
        row.values["accredit"] = True

    def save(self, rows: list[Judged], upload: Upload) -> None:
        new = [row for row in rows if row.verdict == Verdict.NEW]
        changed = [row for row in rows if row.verdict == Verdict.CHANGED]
        for row in new:
            values = {name: row.values[name] for name in PLAIN}
            row.target = Organisation(slug=row.values["slug_"] or _slug(row.values["name"]), **values)
        Organisation.objects.bulk_create([row.target for row in new], batch_size=500)
        for row in changed:
            for name in PLAIN:
                if row.values[name] not in ("", None):
                    setattr(row.target, name, row.values[name])
        Organisation.objects.bulk_update([row.target for row in changed], PLAIN, batch_size=200)
        self._ask(new + changed, upload)
        Accreditation.objects.bulk_create(
            [
                Accreditation(organisation=row.target, **{name: row.values[name] for name in ACCREDITED})
                for row in (*new, *changed)
                if row.values.get("accredit")
            ],
            batch_size=500,
        )
        for row in (*new, *changed):
            if row.values["kind"]:
                kinds.say(row.target, row.values["kind"], by=upload.by, at=upload.at)

    def _ask(self, rows: list[Judged], upload: Upload) -> None:
        """An account, who is paid for it, and where it gets its mail: there once a second person agreed."""
        who = {"by": upload.by, "at": upload.at}
        for row in rows:
            there, iban, email = row.target, row.values["iban"], row.values["email"]
            if iban and not there.iban and there.pk not in self.asked:
                accounts.ask(there, iban, holder=row.values["account_holder"], **who)
            with suppress(second_person.ChangeRefused):  # the same file again: it waits already
                if row.values["parent"] and there.parent is None:
                    second_person.ask_parent(there, row.values["parent"], **who)
            with suppress(second_person.ChangeRefused):
                if email and email != there.email:
                    second_person.ask_mail_address(there, email, **who)

    def queryset(self) -> Iterable[Organisation]:
        """Every organisation, with the accreditation that began last."""
        last = {each.organisation_id: each for each in Accreditation.objects.order_by("valid_from")}
        said = Kinds.known().said
        for each in Organisation.objects.select_related("parent", "municipality"):
            each.last_accreditation = last.get(each.pk)  # type: ignore[attr-defined]
            each.said_kind = said.get(each.pk)  # type: ignore[attr-defined]
            yield each

    def _accredited(self, organisation: Organisation, name: str):
        return getattr(organisation.last_accreditation, name, None)  # type: ignore[attr-defined]

    def dehydrate_track(self, organisation: Organisation) -> str:
        return str(self._accredited(organisation, "track") or "")

    def dehydrate_kind(self, organisation: Organisation) -> str:
        return kinds.NAMES.get(organisation.said_kind, "")  # type: ignore[attr-defined]

    def dehydrate_valid_from(self, organisation: Organisation) -> date | None:
        return self._accredited(organisation, "valid_from")

    def dehydrate_valid_until(self, organisation: Organisation) -> date | None:
        return self._accredited(organisation, "valid_until")

    def dehydrate_protocol(self, organisation: Organisation) -> str:
        return self._accredited(organisation, "protocol") or ""


def _slug(name: str) -> str:
    return slugify(name)[:40].strip("-")
