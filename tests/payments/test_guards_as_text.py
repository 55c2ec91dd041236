"""The triggers that ask for two people, as text on either engine: what stands in the database once, stands here."""

from types import SimpleNamespace

import pytest

from kbl.organisations.models import Organisation
from kbl.payments.accounts.account_guard import ACCEPTED, AccountGuard
from kbl.payments.accounts.accounts import AccountRefused, tidy_holder
from kbl.second_person.needs_two import BEGINNING, NeedsTwo, Rule

ALL = Rule(
    "n", "t", "UPDATE", ("a", "b"), (("x", "NEW.x"),), "NEW.x IS DISTINCT FROM OLD.x", "<y> = 1", "u", ("m", "NEW.m")
)
BARE = Rule("n", "t", "DELETE", ("a",), ())


def written(vendor: str, operation, *, back: bool = False) -> list[str]:
    said: list[str] = []
    editor = SimpleNamespace(connection=SimpleNamespace(vendor=vendor), execute=lambda sql, *more: said.append(sql))
    (operation.database_backwards if back else operation.database_forwards)("x", editor, None, None)
    return said


@pytest.mark.parametrize(
    ("vendor", "value"),
    [
        ("postgresql", """COALESCE(CAST(c."values" ->> '{}' AS TEXT), '')"""),
        ("sqlite", """COALESCE(CAST(json_extract(c."values", '$.{}') AS TEXT), '')"""),
    ],
)
def test_a_rule_as_each_engine_has_it(vendor, value):
    asked = "EXISTS (SELECT 1 FROM second_person_pendingchange c WHERE c.outcome = 'accepted' AND c.kind IN ({}){})"
    more = f" AND {value.format('x')} = COALESCE(CAST(NEW.x AS TEXT), '')"
    more += f" AND CAST({value.format('m')} AS NUMERIC) = NEW.m AND ({value.format('y')} = 1)"
    one, two = asked.format("'a'", ""), asked.format("'a', 'b'", more)
    whole, bare = f"(u OR {BEGINNING} OR {two})", f"({BEGINNING} OR {one})"
    assert (ALL.allowed(vendor), BARE.allowed(vendor)) == (whole, bare)
    if vendor == "sqlite":
        end = "BEGIN SELECT RAISE(ABORT, 'needs two: t'); END"
        assert ALL.statements(vendor) == [
            f"CREATE TRIGGER n BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.x IS NOT OLD.x) AND NOT {whole} {end}"
        ]
        assert BARE.statements(vendor) == [f"CREATE TRIGGER n BEFORE DELETE ON t FOR EACH ROW WHEN NOT {bare} {end}"]
        return
    function = "CREATE FUNCTION n() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {} THEN RETURN {}; END IF; RAISE"
    function += " EXCEPTION 'needs two: t' USING ERRCODE = 'restrict_violation'; END $$"
    trigger = "CREATE TRIGGER n BEFORE {} ON t FOR EACH ROW {}EXECUTE FUNCTION n()"
    when = "WHEN (NEW.x IS DISTINCT FROM OLD.x) "
    assert ALL.statements(vendor) == [function.format(whole, "NEW"), trigger.format("UPDATE", when)]
    assert BARE.statements(vendor) == [function.format(bare, "OLD"), trigger.format("DELETE", "")]


@pytest.mark.parametrize(
    ("operation", "table"), [(NeedsTwo(BARE), "t"), (AccountGuard("1 = 1"), "organisations_organisation")]
)
def test_a_guard_takes_its_older_self_away_first(operation, table):
    for vendor, gone in (("postgresql", 2), ("sqlite", 1)):
        back, forth = written(vendor, operation, back=True), written(vendor, operation)
        assert forth[:gone] == back and len(back) == gone and len(forth) == 2 * gone
        assert all("IF EXISTS" in each for each in back) and (f" ON {table}" in back[0]) is (vendor == "postgresql")
    assert operation.reversible and operation.reduces_to_sql


def test_the_account_is_guarded_alike_on_either_engine():
    guard = AccountGuard("BEGINS")
    (_, _, function, trigger), (_, other) = written("postgresql", guard), written("sqlite", guard)
    assert f"IF {ACCEPTED} OR {guard.first} THEN RETURN NEW; END IF;" in function and "BEGINS" in guard.first
    assert "WHEN (NEW.iban IS DISTINCT FROM OLD.iban) EXECUTE FUNCTION organisation_account_needs_two()" in trigger
    assert f"WHEN NEW.iban IS NOT OLD.iban AND NOT ({ACCEPTED} OR {guard.first}) BEGIN SELECT RAISE(ABORT," in other
    assert guard.describe() == "An account changes only with a second person"
    assert NeedsTwo(BARE).describe() == "t asks two people (DELETE)"


def test_in_whose_name_an_account_can_be():
    venlo = Organisation(name="Bibliotheek Venlo")
    assert tidy_holder(" Stichting  Samen ", venlo) == "Stichting Samen"
    assert tidy_holder("Bibliotheek Venlo", venlo) == tidy_holder("", venlo) == ""
    for odd in ("圖書館", "«»"):
        with pytest.raises(AccountRefused, match="holder"):
            tidy_holder(odd, venlo)
