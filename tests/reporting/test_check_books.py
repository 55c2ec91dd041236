"""The books are clean after an honest history, and every planted corruption is found by the check that is for it."""

import io
import re
import tomllib
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from intermediaries.handouts import handout
from kbl.organisations.models import Organisation
from kbl.settlements.closing import digest
from kbl.settlements.models import Closing, Line, Statement
from reporting import integrity
from reporting.integrity import clocks, documents, register
from reporting.integrity.custody import HeldRun, StockRuns, differences
from tests import database, locks_seen
from tests.conftest import at
from tests.reporting import played
from vouchers.models import Batch, SerialCounter, StockMovement, Voucher
from vouchers.numbers import SerialRange

PLANTS = Path(__file__).with_name("plants.sql")
EACH_CONDITION = Path(__file__).with_name("each_condition.sql")
INNOCENT = Path(__file__).with_name("innocent.sql")
# Planted in tests/intermediaries/orders/test_books.py and tests/discrepancies/test_books.py.
ELSEWHERE = [Path(__file__).parents[1] / place / "plants.sql" for place in ("intermediaries/orders", "discrepancies")]
CLOCKS = Path(__file__).with_name("clock_plants.sql")


@pytest.fixture(scope="class")
def played_history(django_db_setup, django_db_blocker):
    """The history; and what it held while it was played."""
    held: dict[str, set[str]] = {}

    def play() -> None:
        with locks_seen.seen() as found:
            played.play()
        held.update(found)

    with database.shared(django_db_blocker, play):
        yield held


@pytest.fixture
def honest_books(played_history, db, settings, tmp_path):
    """A played history with one of everything; and beside the database, which voucher was the last."""
    played.has_one_of_everything()
    file = tmp_path / "series.txt"
    file.write_text(f"\nvouchers\t{SerialCounter.objects.get().next_serial - 1}\n", encoding="ascii")
    settings.KBL_SERIES_FILE = str(file)


def wrong() -> dict[str, list]:
    """The names of the invariants that do not hold, with their rows."""
    return {outcome.invariant.name: outcome.rows for outcome in integrity.check() if not outcome.holds}


# Rows of the history that a plant can work on, by the names that plants.sql gives them.
ROWS = {
    "A_HANDOUT": "(SELECT MIN(id) FROM intermediaries_handout WHERE revoked_at IS NULL)",
    "A_BILLED_HANDOUT": "(SELECT MIN(handout_id) FROM settlements_line)",
    "AN_ENROLMENT": "(SELECT MIN(id) FROM libraries_enrolment WHERE revoked_at IS NULL)",
    "A_FIRST_YEAR": "(SELECT MIN(id) FROM libraries_membershipyear WHERE ordinal = 1 AND revoked_at IS NULL)",
    "A_RENEWAL": "(SELECT MIN(id) FROM libraries_membershipyear WHERE ordinal = 2 AND revoked_at IS NULL)",
    "A_LINE": "(SELECT MIN(id) FROM settlements_line WHERE corrects_id IS NULL)",
    "A_FEE": "(SELECT MIN(id) FROM settlements_line WHERE membership_year_id IS NOT NULL AND corrects_id IS NULL)",
    "A_HANDLING": "(SELECT MIN(id) FROM settlements_line WHERE handout_id IS NOT NULL AND corrects_id IS NULL)",
    "A_CORRECTED_FEE": "(SELECT MIN(id) FROM settlements_line WHERE corrects_id IS NOT NULL AND handout_id IS NULL)",
    "A_CORRECTED_HANDLING": "(SELECT MIN(id) FROM settlements_line WHERE corrects_id > 0 AND handout_id IS NOT NULL)",
    "A_CORRECTION": "(SELECT MIN(id) FROM settlements_line WHERE corrects_id IS NOT NULL)",
    "A_STATEMENT": "(SELECT MIN(id) FROM settlements_statement WHERE net > 0)",
    "AN_APPROVED": "(SELECT MIN(id) FROM settlements_statement WHERE net > 0 AND status = 'approved')",
    "A_NIL": "(SELECT MIN(id) FROM settlements_statement WHERE number IS NULL)",
    "LAST_CLOSING": "(SELECT MAX(id) FROM settlements_closing)",
    "A_PAID": "(SELECT MIN(id) FROM settlements_statement WHERE status = 'paid')",
    "IN_PAYMENT": "(SELECT MIN(id) FROM settlements_statement WHERE status = 'in_payment')",
    "A_PAYMENT": "(SELECT MIN(id) FROM payments_payment WHERE ended_at IS NULL)",
    "A_RUN": "(SELECT MIN(id) FROM payments_paymentrun)",
    "A_DEBIT": "(SELECT MIN(id) FROM payments_bankentry WHERE outcome = 'paid')",
    "A_RETURN": "(SELECT MIN(id) FROM payments_bankentry WHERE outcome = 'returned')",
    "A_BANK_FILE": "(SELECT MIN(id) FROM payments_bankfile)",
    "ANOTHER": "(SELECT MAX(id) FROM organisations_organisation)",
    "IN_A_DRAWER": "(SELECT MIN(serial) FROM vouchers_voucher WHERE status = 'allocated')",
    "IN_STOCK": "(SELECT MIN(serial) FROM vouchers_voucher WHERE status = 'in_stock')",
    "VOID": "(SELECT MIN(serial) FROM vouchers_voucher WHERE status = 'void')",
}


def plants(file: Path = PLANTS) -> list[tuple[str, str, list[str]]]:
    """What plants.sql says: a name, the check that must find it, and the statements, one a line."""
    found = []
    for part in file.read_text().split("\n\n")[1:]:
        head, *statements = part.strip().splitlines()
        name, _, check = head.removeprefix("-- ").rpartition(": ")
        found.append((name, check, [statement.removesuffix(";") for statement in statements]))
    return found


def plant(statements: list[str]) -> None:
    """Do it as the owner of the database could: no trigger and no foreign key refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            for name, row in ROWS.items():
                statement = statement.replace(f"{{{name}}}", row)
            cursor.execute(copied(statement) if statement.startswith("COPY ") else statement)


WRITTEN = re.compile(r"^(?:UPDATE|INSERT INTO|COPY) (\w+)")
CONSTRAINTS = """
    SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('c', 'u', 'x')
    UNION ALL
    SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index
    WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary
          AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"""


def freed(statements: list[str]) -> list[str]:
    """The statements with, in front of them, those that take the constraints of every table that they write."""
    tables = dict.fromkeys(found[1] for each in statements if (found := WRITTEN.match(each)))
    drops: list[str] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(CONSTRAINTS, [table, table])
            drops += [drop for (drop,) in cursor.fetchall()]
    return [*drops, *statements]


def copied(statement: str) -> str:
    """`COPY table (SELECT id), column = value` as SQL: the row is written a second time, with those changes."""
    source, *changes = statement.removeprefix("COPY ").split(", ")
    table, _, pk = source.partition(" ")
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    changed = dict(change.split(" = ", 1) for change in changes)
    columns = {f'"{name}"': changed.get(name, f'"{name}"') for name in names if name != "id"}
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {table} WHERE id = {pk}"
    )


TOLD = tomllib.loads(Path(__file__).with_name("what_a_check_tells.toml").read_text())
BY_NAME = {each.name: each for each in integrity.INVARIANTS}


HELD = tomllib.loads(Path(__file__).with_name("held_in_a_history.toml").read_text(encoding="utf-8"))


class TestThePlayedHistory:
    """Played once for all of these: a history with one of everything takes seconds."""

    def test_what_it_held_and_what_its_updates_expected_is_written_down_twice(self, played_history, db):
        """A lock that is not taken and a condition that fell out of an UPDATE are seen by nobody who is alone."""
        assert {who: sorted(what) for who, what in played_history.items()} == HELD

    @pytest.mark.both_engines
    def test_an_honest_history_raises_no_alarm(self, honest_books):
        assert wrong() == {}
        assert Line.objects.count() > 150

    @pytest.mark.parametrize("file", [PLANTS, EACH_CONDITION])
    def test_every_planted_corruption_is_found(self, honest_books, subtests, file):
        for name, check, statements in plants(file):
            if file == EACH_CONDITION:
                statements = freed(statements)
            with subtests.test(name), transaction.atomic():
                plant(statements)
                found = integrity.evaluate(
                    BY_NAME[check]
                ).rows  # one question: asking all of them at every plant takes minutes
                instead = "" if found else f"not found by {check}, only by {sorted(wrong())}"
                transaction.set_rollback(True)
                assert found, instead
                assert {" ".join(sorted(row)) for row in found} <= set(TOLD[check]), "what it tells of a row"
        assert wrong() == {}, "and everything was taken back"

    def test_what_is_no_corruption_raises_no_alarm(self, honest_books, subtests):
        for name, check, statements in plants(INNOCENT):
            with subtests.test(name), transaction.atomic():
                plant(freed(statements))
                found = integrity.evaluate(BY_NAME[check]).rows
                transaction.set_rollback(True)
                assert not found, "a false alarm"

    def test_it_tells_what_the_sums_should_have_been(self, honest_books):
        pk, net, vat = Statement.objects.exclude(net=0).order_by("pk").values_list("pk", "net", "vat").first()
        plant([f"UPDATE settlements_statement SET net = net + 1, vat = vat + 2 WHERE id = {pk}"])
        told = [
            list(integrity.evaluate(BY_NAME[each]).rows)
            for each in ("statements_are_the_sum_of_their_lines", "vat_is_right")
        ]
        assert told == [
            [{"statement": pk, "net": net + 1, "lines": net}],
            [{"statement": pk, "vat": vat + 2, "expected": vat}],
        ]

    def test_of_many_it_tells_the_oldest_first(self, honest_books):
        plant(freed(["UPDATE payments_payment SET amount = amount + 100000"]))
        told = [row["payment"] for row in integrity.evaluate(BY_NAME["payments_ask_no_more_than_their_statement"]).rows]
        assert told == sorted(told) and len(told) > 1

    def test_it_tells_where_a_voucher_is_and_where_it_should_be(self, honest_books):
        moved = Voucher.objects.filter(status="allocated").order_by("serial").first()
        holder = Organisation.objects.order_by("pk").last().pk
        changed = {"holder_id": holder, "held_since": date(2027, 1, 31), "extended_until": date(2030, 1, 1)}
        sets = ", ".join(f"{name} = '{value}'" for name, value in changed.items())
        plant([f"UPDATE vouchers_voucher SET {sets}, status = 'void' WHERE serial = {moved.serial}"])
        (row,) = integrity.evaluate(BY_NAME["vouchers_are_where_they_were_brought"]).rows
        assert row == {
            "range": f"{moved.serial:07d}-{moved.serial:07d}",
            "holder": holder,
            "since": date(2027, 1, 31),
            "void": True,
            "until": date(2030, 1, 1),
            "expected_holder": moved.holder_id,
            "expected_since": moved.held_since,
            "expected_void": False,
            "expected_until": moved.extended_until,
        }

    def test_the_command_tells_what_is_wrong_and_fails(self, honest_books):
        out = io.StringIO()
        call_command("check_books", stdout=out)
        assert "De boeken kloppen." in out.getvalue()
        assert all(each.title in out.getvalue() for each in integrity.INVARIANTS)
        plant(["UPDATE settlements_statement SET net = net + 0.01 WHERE id = {A_STATEMENT}"])
        out = io.StringIO()
        with pytest.raises(CommandError, match="Niet in orde: ") as failed:
            call_command("check_books", "--quiet", stdout=out)
        assert failed.value.returncode == 1
        assert "statement=" in out.getvalue()
        assert "Reeksen van series" not in out.getvalue(), "quiet leaves out what is right"

    def test_the_digest_is_the_same_text_however_it_is_written(self, honest_books):
        told = [(list(digest._fast_line_texts(each)), list(digest._line_texts(each))) for each in Closing.objects.all()]
        assert all(fast == slow for fast, slow in told)
        assert sum(len(fast) for fast, _ in told) > 150


def test_a_moment_that_is_still_to_come_is_found(stock_of_food_bank, food_bank, worker, settings, subtests):
    """By the database's own clock, whatever the clock of the process says."""
    settings.CLOCK_MAY_DIFFER_MINUTES = 5
    handout.hand_out(food_bank, [SerialRange(1, 1)], on=date(2025, 10, 2), by=worker, at=at(date(2025, 10, 2)))
    assert not list(clocks.no_moment_is_still_to_come())
    for name, check, statements in plants(CLOCKS):
        with subtests.test(name), transaction.atomic():
            plant(statements)
            found = integrity.evaluate(BY_NAME[check]).rows
            transaction.set_rollback(True)
            assert found and all(set(row) == {"table", "id", "column", "says"} for row in found if "table" in row)


def test_every_invariant_is_shown_to_find_something():
    """An invariant that no plant triggers may as well not be there."""
    everything = [*plants(), *(plant for file in [*ELSEWHERE, CLOCKS] for plant in plants(file))]
    assert {each.name for each in integrity.INVARIANTS} == {check for _, check, _ in everything}
    assert len(plants()) >= 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_the_check_cannot_write():
    """The snapshot is read-only, also for a check that would try."""
    with pytest.raises(DatabaseError), integrity.snapshot(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO organisations_yeartarget (year, new_memberships) VALUES (1999, 1)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_the_books_of_an_empty_programme_are_clean():
    out = io.StringIO()
    call_command("check_books", stdout=out)
    assert "De boeken kloppen." in out.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bel 06-12345678", {"phone"}),
        ("+31 6 1234 5678", {"phone"}),
        ("046 437 58 30", {"phone"}),
        ("Jan@example.nl", {"email"}),
        ("NL91ABNA0417164300", {"iban"}),
        ("111222333", {"bsn"}),
        ("111.222.333", {"bsn"}),
        ("123456789", set()),
        ("VEN-2025-0001", set()),
        ("0012345-0012370", set()),
        ("statement:1234", set()),
        ("2026-10-11T08:00:00", set()),
        ("DE 89 van 2025", set()),
        (f"2026-Q1 {'a' * 20}111222333{'f' * 35}", set()),  # a seal: nine digits in a row by chance
        (f"{'7' * 9}a111222333", {"bsn"}),  # too short to be one
        (f"{'1' * 32} 111222333", {"bsn"}),  # digits alone are no fingerprint
        (f"{'ab' * 16} 111222333", {"bsn"}),  # beside one
    ],
)
def test_what_looks_like_somebodys(text, expected):
    assert register.kinds(text) == expected


def test_runs_are_compared_piece_by_piece():
    expected = [HeldRun(1, 10), HeldRun(11, 20, holder=7)]
    assert list(differences(expected, [HeldRun(1, 10), HeldRun(11, 20, holder=7)])) == []
    assert list(differences(expected, [HeldRun(1, 12), HeldRun(13, 20, holder=7)])) == [
        (HeldRun(11, 12, holder=7), HeldRun(1, 12))
    ]
    assert list(differences(expected, [HeldRun(1, 8), HeldRun(11, 20, holder=7)])) == [(HeldRun(9, 10), None)]
    assert list(differences(expected, [])) == [(HeldRun(1, 10), None), (HeldRun(11, 20, holder=7), None)]


BATCH = Batch(first_serial=1, last_serial=10)
HOLDER = {"to_holder_id": 7, "from_holder_id": None}
# What each sort of movement says of vouchers that are in a drawer since 5 January, and of the same once they are void.
OF_LIVING_AND_VOID = [
    ({"kind": "void", "from_holder_id": 7}, False, True),
    ({"kind": "return", "from_holder_id": 7}, False, True),
    ({"kind": "move", "from_holder_id": 7, "to_holder_id": 8}, False, True),
    ({"kind": "extend", "valid_until": date(2029, 1, 1)}, False, True),
    ({"kind": "revive", "from_holder_id": 7}, True, False),
    ({"kind": "return", "from_holder_id": 8}, True, True),
    ({"kind": "return", "from_holder_id": 7, "on": date(2026, 1, 4)}, True, True),
    ({"kind": "revive", "from_holder_id": 7, "on": date(2026, 1, 4)}, True, False),
]


@pytest.mark.parametrize(("movement", "wrong_of_living", "wrong_of_void"), OF_LIVING_AND_VOID)
def test_what_does_not_follow_from_where_vouchers_were(movement, wrong_of_living, wrong_of_void):
    def problems(*before: dict) -> list[str]:
        runs, found = StockRuns([BATCH]), []
        for each in ({"kind": "allocate", **HOLDER}, *before, movement):
            words = {"first_serial": 2, "last_serial": 4, "on": date(2026, 1, 5), **each}
            found = list(runs.move(StockMovement(**words)))
        return found

    assert bool(problems()) is wrong_of_living
    assert bool(problems({"kind": "void", "from_holder_id": 7})) is wrong_of_void


@pytest.mark.parametrize(("first", "last", "there"), [(1, 10, True), (10, 10, True), (0, 1, False), (10, 11, False)])
def test_a_movement_names_numbers_that_are_there(first, last, there):
    movement = StockMovement(kind="void", first_serial=first, last_serial=last, on=date(2026, 1, 5))
    assert bool(list(StockRuns([BATCH]).move(movement))) is not there


@pytest.mark.django_db
@pytest.mark.both_engines
def test_the_register_and_the_database_name_the_same_columns(monkeypatch):
    known = register.registered()
    assert list(register.columns_are_registered()) == []
    for change, problem in (
        ({"x": {"y": "no"}}, "is not in the database"),
        ({"mail_letter": {}}, "is not in the register"),
    ):
        monkeypatch.setattr(register, "registered", lambda change=change: {**known, **change})
        found = list(register.columns_are_registered())
        assert {each["problem"] for each in found} == {problem} and {each["table"] for each in found} == set(change)


def test_of_what_lies_in_a_paper_only_xml_is_an_einvoice():
    """A file of lines may lie beside it; and what is no PDF has nothing in it."""
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.attachments["regels.csv"], paper.attachments["factuur.xml"] = b"a;b", b"<Invoice/>"
    paper.save(content)
    assert documents._inside(content.getvalue()) == {"factuur.xml": b"<Invoice/>"}
    assert documents._inside(b"paper") is None
