"""What a row of organisations or colleagues would do beside what stands there: judged by itself, without a database."""

from collections import defaultdict
from datetime import date
from types import SimpleNamespace

import pytest

from intermediaries.models import Accreditation
from kbl.accounts.models import Assignment, Role, User
from kbl.intake.kinds import organisations as about_organisations
from kbl.intake.kinds import users as about_users
from kbl.intake.kinds.organisations import Organisations, _kvk, _slug
from kbl.intake.kinds.redemptions import Redemptions
from kbl.intake.kinds.service_areas import ServiceAreaList
from kbl.intake.kinds.users import Users
from kbl.intake.resource import Judged, Verdict
from kbl.intake.widgets import folded
from kbl.organisations.models import Branch, Municipality, Organisation
from tests.conftest import at
from tests.intake.conftest import TODAY

ONE, OTHER, FOREIGN = "NL91ABNA0417164300", "NL02ABNA0123456789", "US12345678901234"
WHOLE = {"street": "Markt 2", "postcode": "5911 AB", "city": "Venlo"}
JUNE = (date(2026, 1, 1), date(2026, 6, 30))
BY = User(pk=1, name="Carla", email="carla@voorbeeld.example")


def organisation(pk: int, name: str, **values) -> Organisation:
    return Organisation(pk=pk, name=name, slug=_slug(name), **values)


def row_of(kind, number: int, **values) -> Judged:
    empty = {name: column.widget.clean("") if not column.required else "" for name, column in kind.fields.items()}
    return Judged(number, (), Verdict.NEW, values=empty | values)


def judge_organisations(*rows: dict, there=(), asked=(), accredited=()) -> list[Judged]:
    """What `learn` would have read, and what is said of each row; the first stands on line 2."""
    kind = Organisations()
    kind.there, kind.asked, kind.accreditations, kind.kinds = list(there), dict(asked), defaultdict(list), {}
    kind.by_slug = {each.slug: each for each in there}
    kind.by_name = {folded(each.name): each for each in there}
    for each in accredited:
        kind.accreditations[each.organisation_id].append(each)
    judged = [row_of(kind, number, **values) for number, values in enumerate(rows, 2)]
    kind.judge(judged, None)
    return judged


LIBRARY, BANK = organisation(1, "Bibliotheek Venlo"), organisation(2, "Voedselbank Venlo")

# --- the days of an accreditation -----------------------------------------------------------------------------------


def accredit(start, end, there=JUNE, *, track=4, protocol="1.0") -> Judged:
    bank = organisation(1, "Voedselbank")
    stands = [Accreditation(organisation=bank, track=4, protocol="1.0", valid_from=there[0], valid_until=there[1])]
    asked = {"name": "Voedselbank", "track": track, "valid_from": start, "valid_until": end, "protocol": protocol}
    [row] = judge_organisations(asked, there=[bank], accredited=stands if there[0] else [])
    return row


@pytest.mark.parametrize(
    ("start", "end", "there", "goes"),
    [
        (date(2026, 6, 30), None, JUNE, False),
        (date(2026, 7, 1), None, JUNE, True),
        (date(2026, 7, 1), None, (JUNE[0], None), False),
        (date(2025, 12, 1), date(2026, 1, 1), JUNE, False),
        (date(2025, 12, 1), date(2025, 12, 31), JUNE, True),
        (date(2025, 12, 1), date(2025, 12, 31), (JUNE[0], None), True),
        (date(2025, 12, 1), date(2026, 1, 1), (JUNE[0], None), False),
        (date(2025, 12, 1), None, JUNE, False),
        (date(2026, 2, 1), date(2026, 3, 1), JUNE, False),
        (date(2025, 12, 1), date(2025, 12, 1), JUNE, True),
    ],
)
def test_two_accreditations_share_no_day(start, end, there, goes):
    row = accredit(start, end, there)
    if goes:
        assert (row.verdict, row.values["accredit"], len(row.changes)) == (Verdict.CHANGED, True, 1)
        assert (row.changes[0].column, row.changes[0].old) == ("Geaccrediteerd vanaf", "")
        assert row.changes[0].new.replace("\N{NO-BREAK SPACE}", " ").startswith(f"{start.day} ")
    else:
        assert row.verdict == Verdict.WRONG and row.why[0].endswith("Beëindig die eerst.")
        assert row.changes == [] and "accredit" not in row.values


def test_one_that_is_agreed_stays_as_it_is():
    same = accredit(*JUNE)
    assert (same.verdict, same.changes, "accredit" in same.values) == (Verdict.SAME, [], False)
    others = [
        accredit(*JUNE, track=3), accredit(*JUNE, protocol="1.1"), accredit(JUNE[0], None),
        accredit(JUNE[0], date(2026, 7, 1)), accredit(*JUNE, (JUNE[0], None)),
    ]  # fmt: skip
    assert all("is anders vastgelegd" in row.why[0] and row.changes == [] for row in others)


@pytest.mark.parametrize("left_out", ["track", "valid_from", "protocol"])
def test_it_needs_three_things(left_out):
    told = {"name": "Nieuw", "track": 4, "valid_from": JUNE[0], "protocol": "1.0"}
    [whole] = judge_organisations(told)
    assert (whole.verdict, whole.values["accredit"]) == (Verdict.NEW, True)
    empty = None if left_out != "protocol" else ""
    [row] = judge_organisations(told | {left_out: empty})
    assert "alle drie nodig" in row.why[0] and "accredit" not in row.values
    [alone] = judge_organisations({"name": "Nieuw", left_out: told[left_out]})
    assert "alle drie nodig" in alone.why[0]
    [end] = judge_organisations({"name": "Nieuw", "valid_until": JUNE[1]})
    assert "alle drie nodig" in end.why[0], "an end alone is one as well"


def test_it_does_not_end_before_it_begins():
    assert "ligt voor de begindag" in accredit(date(2026, 7, 2), date(2026, 7, 1)).why[0]
    assert accredit(date(2026, 7, 2), date(2026, 7, 2)).verdict == Verdict.CHANGED


# --- where money goes -----------------------------------------------------------------------------------------------


@pytest.fixture
def first_accounts(monkeypatch):
    """Which organisations a first account may still be filled in for: all but these."""
    closed: set[int] = set()
    monkeypatch.setattr(about_organisations, "may_be_filled_in", lambda there: there.pk not in closed)
    return closed


PAYEE = organisation(8, "Fonds", iban=OTHER)


@pytest.mark.parametrize(
    ("stands", "values", "says"),
    [
        ({"iban": ONE}, {"iban": ONE}, ""),
        ({"iban": ONE}, {"iban": OTHER}, "IBAN: Waar geld heen gaat"),
        ({"iban": ONE, "parent": PAYEE}, {"iban": ONE}, ""),
        ({}, {"iban": ONE}, ""),
        ({}, {"iban": FOREIGN}, "IBAN: naar dit land kan Cubiss niet betalen."),
        ({"parent": PAYEE}, {"iban": ONE}, "IBAN: nu wordt Fonds voor deze organisatie betaald."),
        ({"pk": 7}, {"iban": ONE}, "IBAN: er is al eerder aan deze organisatie betaald."),
        ({"pk": 6}, {"iban": ONE}, "IBAN: voor deze organisatie wacht al een rekening op een tweede persoon."),
        ({"pk": 6}, {"iban": OTHER}, ""),
        ({"pk": 6}, {}, ""),
        ({"pk": 6, "iban": ONE}, {"iban": ONE}, ""),
        ({"iban": ONE, "account_holder": "Stichting"}, {}, ""),
        ({"iban": ONE, "account_holder": "Stichting"}, {"account_holder": "Stichting"}, ""),
        ({"iban": ONE, "account_holder": "Stichting"}, {"account_holder": "Ander"}, "Naam rekeninghouder: Waar"),
        ({}, {"account_holder": "Ander"}, "Naam rekeninghouder: Waar"),
        ({}, {"account_holder": "Ander", "iban": ONE}, ""),
        ({"iban": ONE}, {"account_holder": "Ander", "iban": ONE}, "Naam rekeninghouder: Waar"),
        ({"parent": PAYEE}, {"parent": PAYEE}, ""),
        ({"parent": PAYEE}, {}, ""),
        ({}, {"parent": PAYEE}, "Hoort bij: Waar geld heen gaat"),
        ({"iban": ONE, "parent": organisation(9, "Ander fonds")}, {"parent": PAYEE}, "Hoort bij: Waar"),
    ],
)
def test_where_money_goes_stays_what_it_is(stands, values, says, first_accounts):
    first_accounts.add(7)
    there = organisation(stands.get("pk", 5), "Taalhuis", **{k: v for k, v in stands.items() if k != "pk"})
    [row] = judge_organisations({"name": "Taalhuis", **values}, there=[there], asked={6: OTHER})
    assert (row.why[0][: len(says)] if says else row.why) == (says or [])
    assert len(row.why) == bool(says)


@pytest.mark.parametrize(
    ("stands", "values", "changes"),
    [
        ({"pk": 5}, {"iban": ONE}, [("IBAN", "", ONE)]),
        ({"pk": 5}, {"iban": ONE, "account_holder": "S"}, [("IBAN", "", ONE), ("Naam rekeninghouder", "", "S")]),
        ({"pk": 6}, {"iban": OTHER, "account_holder": "S"}, []),
        ({"pk": 5, "iban": ONE}, {"iban": ONE}, []),
        ({"pk": 5}, {}, []),
    ],
)
def test_a_first_account_is_a_change_unless_it_waits_already(stands, values, changes, first_accounts):
    [row] = judge_organisations(
        {"name": "Taalhuis", **values}, there=[organisation(name="Taalhuis", **stands)], asked={6: OTHER}
    )
    assert [(each.column, each.old, each.new) for each in row.changes] == changes
    assert row.verdict == (Verdict.CHANGED if changes else Verdict.SAME)


# --- names and addresses --------------------------------------------------------------------------------------------


def test_a_name_is_of_one_organisation_and_of_one_row():
    there = [organisation(1, "Voedselbank"), organisation(2, "Taalhuis")]
    rows = judge_organisations(
        {"name": "voedselbank"},
        {"name": "Voedselbank", "slug_": "taalhuis"},
        {"name": "Voedselbank", "slug_": "iets"},
        {"name": "Nieuw", "slug_": "een"},
        {"name": "NIEUW", "slug_": "twee"},
        {"name": "Nieuw", "slug_": "drie"},
        {"name": "©©", "slug_": ""},
        {"name": "®®", "slug_": "teken"},
        {"name": "Taalhuis Venlo", "slug_": "taalhuis"},
        there=there,
    )
    told = [" ".join(row.why) for row in rows]
    assert [row.verdict for row in rows] == [
        "same",
        "wrong",
        "wrong",
        "new",
        "wrong",
        "wrong",
        "wrong",
        "new",
        "changed",
    ]
    assert told[1] == told[2] == "Er is al een andere organisatie met deze naam (korte naam voedselbank)."
    assert told[4] == told[5] == "Dezelfde naam staat op regel 5, met een andere korte naam."
    assert told[6] == "Korte naam: hier kunnen wij geen korte naam van maken. Vul er een in."
    assert [(each.column, each.old, each.new) for each in rows[8].changes] == [("Naam", "Taalhuis", "Taalhuis Venlo")]
    assert [row.target for row in (rows[0], rows[8])] == there and rows[7].target is None


def test_by_which_name_an_organisation_is_known():
    kind = Organisations()
    kind.by_slug, kind.by_name = {"a": 1, "het-taalhuis": 4}, {"een": 2}
    for slug, name, there in (
        ("a", "Een", 1),
        ("b", "Een", None),
        ("", " EEN ", 2),
        ("", "Het taalhuis", 4),
        ("", "Iets", None),
    ):
        assert kind._there({"slug_": slug, "name": name}) == there
    kind.by_slug = {}
    assert (
        kind.key({"slug_": "kort", "name": "Iets"}) == "kort"
        and kind.key({"slug_": "", "name": "Iets nieuws"}) == "iets-nieuws"
    )
    kind.by_name = {"iets": SimpleNamespace(slug="anders")}
    assert kind.key({"slug_": "", "name": "Iets"}) == "anders"


def test_an_address_is_whole_with_what_stands_there():
    there = [organisation(1, "Half", street="Markt 2"), organisation(2, "Heel", **WHOLE)]
    rows = judge_organisations(
        {"name": "Half"},
        {"name": "Half en meer", "slug_": "half", "postcode": "5911 AB", "city": "Venlo"},
        {"name": "Heel", "street": "Kade 1"},
        {"name": "Nieuw", **WHOLE},
        {"name": "Nieuwer", "city": "Venlo", "street": "Kade 1"},
        there=there,
    )
    assert [row.verdict for row in rows] == ["wrong", "changed", "changed", "new", "wrong"]
    assert "postcode, plaats." in rows[0].why[0] and rows[4].why == [
        "Bij het adres ontbreekt nog: postcode. Vul het hele adres in."
    ]
    assert [(each.old, each.new) for each in rows[2].changes] == [("Markt 2", "Kade 1")]


def test_an_empty_row_changes_nothing_and_another_municipality_does():
    towns = [Municipality(pk=1, name="Venlo"), Municipality(pk=2, name="Beesel")]
    stands = {"municipality": towns[0], "kvk": "12345678", "email": "een@voorbeeld.example"}
    becomes = {"municipality": towns[1], "kvk": "87654321", "vat_id": "NL001B01", "email": "twee@voorbeeld.example"}
    there = organisation(1, "Taalhuis", **stands)
    same, other = judge_organisations(
        {"name": "Taalhuis", **stands}, {"name": "Het Taalhuis", "slug_": "taalhuis", **becomes}, there=[there]
    )
    assert (same.verdict, same.changes) == (Verdict.SAME, [])
    assert {each.column: (each.old, each.new) for each in other.changes} == {
        "Naam": ("Taalhuis", "Het Taalhuis"),
        "Gemeente": ("Venlo", "Beesel"),
        "KvK-nummer": ("12345678", "87654321"),
        "Btw-id": ("", "NL001B01"),
        "E-mail voor stukken": ("een@voorbeeld.example", "twee@voorbeeld.example"),
    }


def test_a_number_of_the_register_gets_its_zero_back():
    assert [_kvk(each) for each in ("1234567", "12345678", "12 34 567", "123456", "123456a", "1234567.0")] == [
        "01234567", "12345678", "01234567", "123456", "123456a", "01234567",
    ]  # fmt: skip
    assert _slug("Stichting " + "x" * 29 + " y") == "stichting-" + "x" * 29 and len(_slug("x" * 50)) == 40


def test_several_municipalities_in_one_cell():
    widget = ServiceAreaList().fields["municipalities"].widget
    venlo, gennep = Municipality(pk=1, name="Venlo"), Municipality(pk=2, name="Gennep")
    widget.known = {"venlo": venlo, "gennep": gennep}
    for cell in ("Venlo, Gennep", "venlo;GENNEP", " Venlo ,, Gennep;", "Venlo,Gennep,venlo"):
        assert widget.clean(cell) == [venlo, gennep]
    assert widget.render([venlo, gennep]) == "Gennep, Venlo" and widget.render(None) == ""


def test_what_a_redemption_may_be_called_and_how_many_years_it_has():
    fields = Redemptions().fields
    names = {"nieuw lid": "new", "nieuw": "new", "bestaand lid": "conversion", "omzetting": "conversion"}
    for said, kind in (names | {"Al gratis": "free_anyway"}).items():
        assert fields["kind"].widget.clean(said) == kind
    assert [fields["years"].widget.clean(each) for each in ("", "1", "5")] == [1, 1, 5]
    for wrong in ("0", "6"):
        with pytest.raises(ValueError, match="van 1 tot en met 5"):
            fields["years"].widget.clean(wrong)


@pytest.mark.parametrize(
    ("branches", "asked", "found"),
    [
        (["Centrum"], "", "Centrum"),
        (["Centrum"], "CENTRUM", "Centrum"),
        (["Centrum"], "Oost", "geen vestiging van deze bibliotheek"),
        (["Centrum", "Oost"], "oost", "Oost"),
        (["Centrum", "Oost"], "", "heeft er meer"),
        ([], "", "geen vestiging"),
        ([], "Oost", "wij kennen van deze organisatie geen vestiging"),
    ],
)
def test_at_which_branch_it_was(branches, asked, found):
    kind = Redemptions()
    kind.branches = {1: {folded(each): Branch(name=each) for each in branches}} if branches else {}
    row = row_of(kind, 2, library=LIBRARY, branch=asked)
    branch = kind._branch(row)
    assert (branch.name == found and not row.why) if branch else (found in row.why[0] and len(row.why) == 1)


# --- colleagues -----------------------------------------------------------------------------------------------------

CENTRE, EAST = (Branch(pk=pk, organisation=LIBRARY, name=name) for pk, name in ((1, "Centrum"), (2, "Oost")))
VERA = User(pk=2, name="Vera", email="vera@voorbeeld.example")
DESK = {"email": VERA.email, "name": "Vera", "role": Role.LIBRARY_DESK, "organisation": LIBRARY, "branch": ""}


@pytest.fixture
def taken(monkeypatch):
    """The names and the mailboxes of the office."""
    monkeypatch.setattr(
        about_users, "has_office_name", lambda name, except_for: name == "Carla" and except_for != BY.pk
    )
    monkeypatch.setattr(about_users, "has_office_box", lambda email: email.startswith("carla"))


def judge_users(*rows: dict, at_desk: Branch | None = None, active: bool = True) -> list[Judged]:
    kind = Users()
    VERA.is_active = active
    kind.there = {user.email: user for user in (BY, VERA)}
    kind.roles = {
        (VERA.pk, Role.LIBRARY_DESK, LIBRARY.pk): Assignment(
            user=VERA, role=Role.LIBRARY_DESK, organisation=LIBRARY, branch=at_desk
        ),
        (BY.pk, Role.CUBISS_COORDINATOR, None): Assignment(user=BY, role=Role.CUBISS_COORDINATOR),
    }
    kind.branches = {(LIBRARY.pk, folded(each.name)): each for each in (CENTRE, EAST)}
    kind.libraries, kind.intermediaries = {LIBRARY.pk}, {BANK.pk}
    judged = [row_of(kind, number, **values) for number, values in enumerate(rows, 2)]
    kind.judge(judged, SimpleNamespace(by=BY, at=at(TODAY)))
    return judged


@pytest.mark.parametrize(
    ("stands", "asked", "change"),
    [
        (None, "", None),
        (CENTRE, "", None),
        (CENTRE, "centrum", None),
        (None, "Centrum", ("Vestiging", "", "Centrum")),
        (CENTRE, "Oost", ("Vestiging", "Centrum", "Oost")),
    ],
)
def test_a_desk_changes_when_a_cell_names_another(stands, asked, change, taken):
    [row] = judge_users(DESK | {"branch": asked}, at_desk=stands)
    assert [(each.column, each.old, each.new) for each in row.changes] == ([change] if change else [])
    assert row.verdict == (Verdict.CHANGED if change else Verdict.SAME)


def test_another_name_or_another_role_is_a_change_and_somebody_new_is_new(taken):
    rows = judge_users(DESK | {"name": "Vera de Boer"})
    assert [(each.column, each.old, each.new) for each in rows[0].changes] == [("Naam", "Vera", "Vera de Boer")]
    rows = judge_users(
        DESK | {"role": Role.INTERMEDIARY, "organisation": BANK}, DESK | {"role": Role.PROVINCE, "organisation": None}
    )
    assert [[(each.column, each.old, each.new) for each in row.changes] for row in rows] == [
        [("Rol", "", "Intermediair, Voedselbank Venlo")],
        [("Rol", "", "Provincie")],
    ]
    [new] = judge_users(DESK | {"email": "nieuw@voorbeeld.example", "branch": "Oost"})
    assert (new.verdict, new.changes, new.values["desk"], new.target) == (Verdict.NEW, [], EAST, None)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"role": Role.INTERMEDIARY}, "Organisatie: deze organisatie heeft nog geen accreditatie."),
        ({"organisation": BANK}, "Organisatie: deze organisatie doet nog niet mee als bibliotheek."),
        ({"organisation": None}, "Organisatie: vul in voor wie deze collega werkt."),
        ({"role": Role.PROVINCE}, "Organisatie: deze rol hoort bij het programma. Laat de cel leeg."),
        ({"branch": "Zolder"}, "Vestiging: dit is geen vestiging van deze bibliotheek."),
        ({"role": Role.INTERMEDIARY, "organisation": BANK, "branch": "Centrum"}, "Vestiging: dit is geen vestiging"),
        ({"role": Role.PROVINCE, "organisation": None, "branch": "Centrum"}, "Vestiging: dit is geen vestiging"),
    ],
)
def test_a_role_its_organisation_and_its_desk(values, says, taken):
    [row] = judge_users(DESK | values)
    assert len(row.why) == 1 and row.why[0].startswith(says)


def test_who_is_not_in_use_and_who_reads_in_himself(taken):
    [row] = judge_users(DESK, active=False)
    assert row.why == ["Dit account is niet in gebruik. Zet het eerst aan, bij Gebruikers."]
    me = {"email": BY.email, "name": "Carla", "role": Role.CUBISS_COORDINATOR}
    same, renamed, raised = (
        judge_users(me) + judge_users(me | {"name": "Clara"}) + judge_users(me | {"role": Role.CUBISS_FINANCE})
    )
    assert (same.verdict, same.why) == (Verdict.SAME, [])
    assert renamed.why == raised.why == ["Dit bent u zelf. Uw eigen rol en naam verandert een collega."]


def test_a_name_is_of_one_colleague_of_the_office(taken):
    """Nobody new takes it, nor who joins; who has it and keeps it may be read in."""
    new = {"email": "nieuw@voorbeeld.example", "name": "Carla"}
    province = {"role": Role.PROVINCE, "organisation": None}
    joins = {"role": Role.CUBISS_READER, "organisation": None}
    first, renamed, joined, boxed = (
        judge_users(DESK | new | province)[0],
        judge_users(DESK | {"name": "Carla"})[0],
        judge_users(DESK | joins | {"email": "ander@voorbeeld.example", "name": "Ander"})[0],
        judge_users(DESK | {"email": "carla+1@voorbeeld.example", "name": "Ander"})[0],
    )
    assert (
        first.why
        == renamed.why
        == ["Naam: zo heet al een collega van Cubiss. Maak de naam anders, met een voorletter."]
    )
    assert joined.why == []
    assert boxed.why == ["E-mailadres: dit is de mailbox van een collega van Cubiss. Kies een eigen adres."]
    two = judge_users(
        DESK | {"email": "x@voorbeeld.example", "name": "A"}, DESK | {"email": "x@voorbeeld.example", "name": "B"}
    )
    assert [row.why for row in two] == [[], ["Naam: op regel 2 heeft dit e-mailadres een andere naam."]]
