"""What falls in a seal: every row in one quarter, also on the very moment or number where the next one begins."""

import json
import tomllib
from collections import Counter
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Document, Tariff
from reporting.integrity import register, seals
from reporting.models import KeptDrawings, KeptReport, QuarterSeal
from reporting.seals import digest, sealing, texts
from reporting.seals.sources import SOURCES, By
from reporting.seals.unsealed import UNSEALED
from tests.conftest import START, at
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

AUTUMN, WINTER = Quarter(2025, 3), Quarter(2025, 4)
NOON = at(date(2025, 10, 12))
LATER = at(date(2026, 1, 12))
KEPT = (KeptReport, KeptDrawings)


@pytest.fixture
def two_closings(stock_of_food_bank, food_bank, worker, coordinator) -> tuple[Closing, Closing]:
    """Closed at two moments; hand-outs a second before, at, and a second after the first of them, one taken back."""
    for place, seconds in enumerate((-1, 0, 1)):
        serial = stock_of_food_bank.first + place
        moment = NOON + timedelta(seconds=seconds)
        handout.hand_out(food_bank, [SerialRange(serial, serial)], on=START, by=worker, at=moment)
    revoked = Handout.objects.order_by("pk").first()
    assert revoked
    handout.revoke(revoked, reason="twice", by=worker, at=NOON)
    return tuple(
        Closing.objects.create(quarter=quarter, closed_at=moment, closed_by=coordinator)
        for quarter, moment in ((AUTUMN, NOON), (WINTER, LATER))
    )


def fallen(model, closing: Closing, before: dict | None = None) -> list[int]:
    (source,) = (each for each in SOURCES if each.model is model)
    return list(digest.fell(source, digest.window(closing, before)).order_by("pk").values_list("pk", flat=True))


def test_what_was_known_at_the_moment_itself_falls_in_that_closing_and_in_no_other(two_closings):
    first, second, third = Handout.objects.order_by("pk").values_list("pk", flat=True)
    assert fallen(Handout, two_closings[0]) == [first, second]
    assert fallen(Handout, two_closings[1]) == [third]
    assert len(fallen(StockMovement, two_closings[0])) == 1 and fallen(StockMovement, two_closings[1]) == []


def test_every_row_of_every_table_falls_in_one_seal(two_closings):
    """Of the tariffs, that each quarter bills by, it is the lines that fall."""
    first = digest.window(two_closings[0], None)
    windows = [first, digest.window(two_closings[1], digest.parts(first))]
    for source in (each for each in SOURCES if each.model is not Tariff):
        fell = Counter(pk for window in windows for pk in digest.fell(source, window).values_list("pk", flat=True))
        assert set(fell) == set(source.model._default_manager.values_list("pk", flat=True)), source.name
        assert set(fell.values()) <= {1}, source.name
    assert Handout.objects.count() == 3


def test_a_third_quarter_begins_where_the_second_ended(
    two_closings, stock_of_food_bank, food_bank, worker, coordinator
):
    third = Closing.objects.create(quarter=Quarter(2026, 1), closed_at=at(date(2026, 4, 12)), closed_by=coordinator)
    last = SerialRange(stock_of_food_bank.last, stock_of_food_bank.last)
    handout.hand_out(food_bank, [last], on=LATER.date(), by=worker, at=LATER + timedelta(seconds=1))
    assert fallen(Handout, third) == [Handout.objects.get(voucher=last.first).pk]


def test_the_digest_of_a_quarter_is_over_its_name_its_parts_and_the_one_before():
    parts = {"a": {"rows": 1, "sha256": "x", "columns": ["id"]}}
    digests = {
        digest.whole(AUTUMN, parts, ""),
        digest.whole(WINTER, parts, ""),
        digest.whole(AUTUMN, parts, "0" * 64),
        digest.whole(AUTUMN, {"a": parts["a"] | {"rows": 2}}, ""),
        digest.whole(AUTUMN, {"a": parts["a"] | {"columns": ["id", "on"]}}, ""),
    }
    assert len(digests) == 5
    assert digest.whole(AUTUMN, dict(parts), "") in digests


def test_whatever_has_a_history_is_sealed_or_says_why_not():
    guarded = {model for model in apps.get_models() if getattr(model, "GUARD", None)}
    sealed = {each.model for each in SOURCES}
    assert guarded - sealed == set(UNSEALED)
    assert sealed - guarded == {Voucher}, "a voucher's number is history, its status is not"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_seal_leaves_out_what_may_change_and_nothing_else(source):
    """The guard of the table says what may change and what is stamped once; bytes have their hash beside them."""
    guard = getattr(source.model, "GUARD", None)
    names = {field.attname for field in source.model._meta.concrete_fields}
    if guard is None:
        assert source.model is Voucher, "what it is, not where it is or how long it lasts"
        return
    free, stamped = set(guard.free), {*guard.stamped_once, *guard.filled_once}
    hashed = {"content"} & names if "sha256" in names and source.model not in KEPT else set()
    stamps = {column for stamp in source.stamps for column in stamp}
    assert stamps >= stamped and not stamps & set(source.left_out)
    assert set(source.left_out) | stamps == free | stamped | hashed
    keys = set() if source.has_key else {source.model._meta.pk.attname}
    assert set(source.columns) == names - set(source.left_out) - stamps - set(source.told_later) - keys


COVERS = tomllib.loads((Path(__file__).with_name("what_a_seal_covers.toml")).read_text(encoding="utf-8"))


def test_how_each_table_falls_in_a_quarter_is_written_down_twice():
    """By another moment, or without the one it was stamped with, a change would fall in no seal."""
    said = {
        each.name: {
            "by": each.by.value,
            "path": each.path,
            "stamps": [list(stamp) for stamp in each.stamps],
            "left_out": list(each.left_out),
            "told_later": list(each.told_later),
        }
        for each in SOURCES
    }
    empty = {"path": "", "stamps": [], "left_out": [], "told_later": []}
    assert said == {name: empty | row for name, row in COVERS.items()}


NAMED, QUARTER = ("statement__closing__quarter", "statement__kind", "statement__organisation_id"), ("closing__quarter",)
KNOWN_BY = {
    "Closing": (("quarter",), {}),
    "ClosedQuarter": (("quarter",), {}),
    "Statement": (("closing__quarter", "kind", "organisation_id"), {"closing_id": QUARTER}),
    "Line": ((*NAMED, "serial"), {"statement_id": NAMED}),
    "KeptReport": (QUARTER, {"closing_id": QUARTER}),
    "KeptDrawings": (QUARTER, {"closing_id": QUARTER}),
    "ReportText": (("pk",), {"closing_id": QUARTER}),
    "ReportEdition": (("pk",), {"closing_id": QUARTER}),
    "Document": (("filename",), {"closing_id": QUARTER, "statement_id": NAMED}),
    "EInvoice": (("filename",), {"statement_id": NAMED}),
}


def test_what_a_closing_makes_is_known_by_what_it_is_and_not_by_its_key():
    """Done again after it was killed it makes the same seal, with other keys. Written down twice."""
    told = {each.model.__name__: (each.names, dict(each.through)) for each in SOURCES}
    assert {name: each for name, each in told.items() if each != (("pk",), {})} == KNOWN_BY


def test_a_closed_quarter_falls_in_its_own_closing(two_closings):
    for closing in two_closings:
        ClosedQuarter.objects.get_or_create(quarter=closing.quarter, defaults={"closed_at": closing.closed_at})
    for closing in two_closings:
        assert fallen(ClosedQuarter, closing) == [ClosedQuarter.objects.get(quarter=closing.quarter).pk]


def test_a_file_falls_in_the_first_seal_that_found_it(two_closings):
    """By its number: what was sealed up to is not sealed again, and what was made since is."""

    def made(name: str) -> Document:
        return Document.objects.create(
            kind="report", closing=two_closings[len(name) - 1], filename=name, content=b"x", sha256=name, made_at=LATER
        )

    (source,) = (each for each in SOURCES if each.model is Document)
    assert source.by is By.KEY
    first = made("a")
    seal = sealing.seal(two_closings[0], at=NOON)
    second = made("bb")
    assert fallen(Document, two_closings[0]) == [first.pk, second.pk], "not yet sealed: all that there is"
    assert fallen(Document, two_closings[1], seal.parts) == [second.pk]
    of = digest.window(two_closings[0], None, seal.parts)
    assert [each.pk for each in digest.fell(source, of)] == [first.pk], "and once sealed, what was there then"


# --- the chain, and what lies outside ---------------------------------------------------------------------------------


def problems() -> list[tuple[str, str]]:
    return [(str(each.get("quarter", each.get("file"))), each["problem"]) for each in seals.seals_are_one_chain()]


@pytest.mark.parametrize("previous", ["", "0" * 64])
def test_a_seal_that_fits_itself_and_not_the_one_before_it_breaks_the_chain(two_closings, previous):
    """Whoever rewrites a seal recomputes its own digest; the one before it he cannot make fit."""
    first = sealing.seal(two_closings[0], at=NOON)
    parts = digest.parts(digest.window(two_closings[1], first.parts))
    told = {"closing": two_closings[1], "parts": parts, "sealed_at": LATER}
    QuarterSeal.objects.create(previous=previous, digest=digest.whole(WINTER, parts, previous), **told)
    assert problems() == [("2025-Q4", "the seal is not that of the chain")]


def test_an_honest_chain_is_quiet_and_a_file_outside_is_written_once(two_closings, settings, tmp_path):
    settings.SEALS_FOLDER = str(tmp_path / "zegels")
    for closing in two_closings:
        sealing.keep_outside(sealing.seal(closing, at=LATER))
    assert problems() == []
    kept = tmp_path / "zegels" / "zegel-2025-Q3.txt"
    honest = kept.read_text(encoding="utf-8")
    assert honest == sealing.words(QuarterSeal.objects.order_by("pk")[0])
    kept.write_text("iets anders\n", encoding="utf-8")
    sealing.keep_outside(sealing.seal(two_closings[0], at=LATER))
    assert kept.read_text(encoding="utf-8") == "iets anders\n", "what lies there is never written over"
    assert problems() == [("2025-Q3", "the file outside says something else")]
    kept.write_text(honest, encoding="utf-8")
    (tmp_path / "zegels" / "zegel-2031-Q1.txt").write_text("2031-Q1\n", encoding="utf-8")
    assert problems() == [("zegel-2031-Q1.txt", "the file outside has no seal here")]


@pytest.mark.parametrize(
    ("printed", "made_at", "problem"),
    [
        (None, NOON, None),
        ("1" * 64, NOON, "the report carries another seal"),
        (None, NOON - timedelta(seconds=1), "the seal is younger than its report"),
    ],
)
def test_what_a_report_prints_is_the_seal_of_its_quarter(two_closings, printed, made_at, problem):
    seal = sealing.seal(two_closings[0], at=NOON)
    Document.objects.create(
        kind="report",
        closing=two_closings[0],
        filename="rapport.pdf",
        content=b"x",
        sha256="x",
        made_at=made_at,
        seal=printed or seal.digest,
    )
    assert [each["problem"] for each in seals.seals_are_one_chain()] == ([problem] if problem else [])


@pytest.fixture
def third(two_closings, coordinator) -> Closing:
    """A spring after the two."""
    return Closing.objects.create(quarter=Quarter(2026, 1), closed_at=at(date(2026, 4, 12)), closed_by=coordinator)


def test_sealing_the_last_quarter_seals_all_before_it_each_on_the_one_in_front(two_closings, third):
    last = sealing.seal(third, at=third.closed_at)
    chain = list(QuarterSeal.objects.order_by("closing__quarter"))
    assert [each.closing for each in chain] == [*two_closings, third] and chain[-1] == last
    assert [each.previous for each in chain] == ["", chain[0].digest, chain[1].digest]
    assert [each.parts["intermediaries_handout"]["rows"] for each in chain] == [3, 1, 0], "and a stamp"
    assert problems() == [] and list(seals.touched()) == []
    assert sealing.seal(third, at=LATER) == last, "once"


def test_a_quarter_without_a_seal_is_wrong_only_when_a_later_one_has_one(two_closings, third):
    first = sealing.seal(two_closings[0], at=LATER)
    assert problems() == [], "the last waits for its report"
    parts = digest.parts(digest.window(third, first.parts))
    made = digest.whole(third.quarter, parts, digest.link(first))
    QuarterSeal.objects.create(
        closing=third, parts=parts, previous=first.digest, digest=made, sealed_at=third.closed_at
    )
    assert problems() == [("2025-Q4", "has no seal")]


def test_a_seal_is_not_older_than_its_closing(two_closings):
    sealing.seal(two_closings[0], at=NOON)
    assert problems() == [], "in the very moment it may be"
    sealing.seal(two_closings[1], at=LATER - timedelta(seconds=1))
    assert problems() == [("2025-Q4", "the seal is older than its closing")]


def test_a_part_is_read_by_the_columns_that_it_was_sealed_with(two_closings):
    (source,) = (each for each in SOURCES if each.model is Handout)
    of = digest.window(two_closings[0], None)
    fewer = digest.part(source, of, {"columns": ["id", "on"]})
    assert fewer["columns"] == ["id", "on"] and fewer["sha256"] != digest.part(source, of)["sha256"]
    assert digest.part(source, of, fewer) == fewer


def test_a_value_is_one_text_however_it_comes():
    """A moment in any zone, bytes as either engine gives them."""
    assert texts.text(NOON) == texts.text(NOON.astimezone(UTC)) == NOON.astimezone(UTC).isoformat()
    assert texts.text(b"x") == texts.text(memoryview(b"x")) != texts.text(b"y")
    assert texts.text(Decimal("1.50")) == "1.50" and texts.text(date(2026, 1, 2)) == "2026-01-02"
    assert [texts.text(value) for value in (None, True, 3, "a", ["a"])] == [None, True, 3, "a", ["a"]]


def test_no_checksum_is_searched_for_somebodys_number():
    """Of so many hexadecimal digits some look like a BSN by chance, and the books would call themselves wrong."""
    hashes = [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.max_length == 64 and field.name in ("sha256", "digest", "previous", "seal", "books_digest")
    ]
    assert len(hashes) > 8
    assert [each for each in hashes if register.OPAQUE not in register.allowed(*each)] == []


def test_a_seal_says_when_it_was_made_and_not_when_its_quarter_was_closed(two_closings):
    assert sealing.seal(two_closings[0], at=LATER).sealed_at == LATER


# --- the bytes of a row -----------------------------------------------------------------------------------------------

ODD = 'Zij zei "ja" \\ nee\b\f\n\r\t\x01\x1f\x7f </b> é ß 😀 \u2028 Ω'


@pytest.mark.postgresql
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_postgresql_can_be_asked_for_the_lines_of_every_table_and_writes_those_of_python(source, two_closings):
    """Also of a table without rows here: that PostgreSQL takes the question says what it can write."""
    rows, paths = source.model._default_manager.all(), source.paths(source.columns)
    said = list(texts.lines(rows, paths, ordered=source.has_key))
    assert said == list(texts.by_python(rows, paths, ordered=source.has_key))


@pytest.mark.parametrize("ordered", [True, False])
def test_a_row_is_sealed_in_the_same_bytes_by_postgresql_as_by_python(two_closings, third, ordered):
    """Odd letters, a moment with and without a part of a second, in summer and winter; nothing; ordered by texts."""
    moments = (NOON, NOON + timedelta(microseconds=1), LATER + timedelta(microseconds=120_000))
    for name, moment, closing in zip((ODD, "é", "z"), moments, (*two_closings, third), strict=True):
        told = {"kind": "report", "closing": closing, "content": name.encode(), "sha256": name[:9]}
        Document.objects.create(filename=name, made_at=moment, **told)
    paths = ["closing__quarter", "kind", "statement_id", "statement__vat", "statement__number", "made_at", "filename"]
    lines = list(texts.lines(Document.objects.all(), [*paths, "content", "pk"], ordered=ordered))
    assert lines == list(texts.by_python(Document.objects.all(), [*paths, "content", "pk"], ordered=ordered))
    assert json.loads(lines[0])[:6] == ["2025-Q3", "report", None, None, None, "2025-10-12T10:00:00+00:00"]
    assert json.loads(lines[0])[6] == ODD and len(lines) == 3
    tariffs = list(texts.lines(Tariff.objects.all(), ["pk", "amount", "first_day"], ordered=ordered))
    assert tariffs == list(texts.by_python(Tariff.objects.all(), ["pk", "amount", "first_day"], ordered=ordered))
