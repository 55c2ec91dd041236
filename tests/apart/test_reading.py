"""A large file is read in a process of its own, with a budget; the answer is that of here, and so is the refusal."""

from functools import cache

import pytest

from kbl.apart import readers, reading
from kbl.fund.evidence_refused import EvidenceRefused
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from kbl.spreadsheets import FileProblem, UnreadableFile, to_csv, to_xlsx
from tests.fund.papers import pdf
from tests.spreadsheets.hostile_files import FILES
from tests.spreadsheets.long_list import lengthened

pytestmark = pytest.mark.django_db
# An engine has a part only where the places are counted, which are rows; what is in a file is the same on both.
places = pytest.mark.both_engines

LIST = [[f"{serial:07d}", "2026-12-31"] for serial in range(1, 200)]


@pytest.fixture
def always_apart(settings):
    settings.UPLOAD_APART_FROM_BYTES = 0


@places
@pytest.mark.parametrize("write", [to_csv, to_xlsx])
def test_apart_gives_the_same_as_here(write, settings):
    content = write(["Nummer", "Dag"], LIST)
    here = reading.read("spreadsheet", content)
    settings.UPLOAD_APART_FROM_BYTES = 0
    assert reading.read("spreadsheet", content) == here
    assert len(here.rows) == 199


@places
def test_a_small_file_is_read_here(monkeypatch):
    monkeypatch.setattr(reading, "_apart", None)
    assert reading.read("spreadsheet", b"Nummer\n1\n").headers == ("Nummer",)


@places
def test_a_refusal_comes_over_with_its_facts(always_apart):
    with pytest.raises(UnreadableFile) as refused:
        reading.read("spreadsheet", b"Nummer;Nummer\n1;2\n")
    assert refused.value.reason is FileProblem.DOUBLE_HEADING
    assert refused.value.facts == {"heading": "Nummer"}
    with pytest.raises(BankFileUnreadable) as unreadable:
        reading.read("bank", b"<?xml version='1.0'?><!DOCTYPE x []><x/>")
    assert unreadable.value.reason is UnreadableReason.TRICK
    with pytest.raises(EvidenceRefused) as kept_out:
        reading.read("pdf", b"%PDF-1.7 not really")
    assert kept_out.value.reason is EvidenceRefused.Reason.DAMAGED
    reading.read("pdf", pdf())


@cache
def large_list() -> bytes:
    one = to_xlsx([f"K{i}" for i in range(14)], [[f"tekst 0 {j}" for j in range(14)]])
    return lengthened(one, 19_000, {"tekst 0 ": "tekst {i} "})


@pytest.mark.parametrize(("name", "value"), [("UPLOAD_SECONDS", 0), ("UPLOAD_MEGABYTES", 8)])
def test_what_takes_more_than_its_budget_is_stopped_and_told(name, value, settings, monkeypatch):
    settings.UPLOAD_SECONDS = 20
    setattr(settings, name, value)
    monkeypatch.setattr(reading, "LONGEST_WAIT", 600)  # it is the budget that stops it, not our patience
    with pytest.raises(UnreadableFile) as refused:
        reading.read("spreadsheet", large_list())
    assert refused.value.reason is FileProblem.BOMB


def test_a_list_of_the_largest_size_fits_in_the_budget(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_WAIT", 600)  # this machine may be busy with other tests
    assert len(reading.read("spreadsheet", large_list()).rows) == 19_000


@places
def test_a_process_that_does_not_come_back_is_not_waited_for(settings, monkeypatch):
    settings.UPLOAD_APART_FROM_BYTES = 0
    monkeypatch.setattr(reading, "LONGEST_WAIT", 0.001)
    with pytest.raises(BankFileUnreadable) as refused:
        reading.read("bank", b"<Document/>")
    assert refused.value.reason is UnreadableReason.TOO_MUCH


@pytest.mark.parametrize(
    "name", ["a million cells in a row", "a million texts", "3 MB of fonts", "50 MB of spaces", "half a million cells"]
)
def test_a_bomb_is_refused_apart_as_well(name, always_apart):
    with pytest.raises(UnreadableFile) as refused:
        reading.read("spreadsheet", FILES[name][0]())
    assert refused.value.reason is FileProblem.BOMB


def test_a_line_of_ten_megabytes_is_refused():
    with pytest.raises(UnreadableFile):
        reading.read("spreadsheet", b"Nummer;Dag\n" + b"1" * 10_000_000)
    with pytest.raises(UnreadableFile):
        reading.read("spreadsheet", b"Nummer;Dag\n" + b'"' + b"1" * 4_900_000)


def test_deep_xml_is_refused():
    deep = b"<Document>" + b"<a>" * 150_000 + b"</a>" * 150_000 + b"</Document>"
    with pytest.raises(BankFileUnreadable):
        reading.read("bank", deep)


def test_every_reader_is_there_and_so_is_its_refusal():
    for reader in readers.READERS.values():
        assert callable(readers.found(reader.place))
        assert isinstance(reader.refused(reader.too_much, {}), Exception)


@places
def test_of_two_large_files_at_once_the_second_is_told_to_wait(always_apart, monkeypatch):
    """A page waits while its file is read: one at a time, so that other pages are answered meanwhile."""

    def meanwhile(*args) -> str:
        for name in reading.READERS:
            with pytest.raises(Exception) as refused:
                reading.read(name, b"%PDF-1.7")
            assert refused.value.reason == "busy"
        return "read"

    monkeypatch.setattr(reading, "_apart", meanwhile)
    assert reading.read("spreadsheet", b"Nummer") == "read"
    monkeypatch.undo()
    reading.read("spreadsheet", b"Nummer\n1\n")


@places
def test_a_reader_that_fails_gives_its_place_back(always_apart, settings):
    for _ in range(3):
        with pytest.raises(UnreadableFile):
            reading.read("spreadsheet", b"Nummer;Nummer\n1;2\n")
