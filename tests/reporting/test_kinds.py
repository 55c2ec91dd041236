"""Per kind of intermediary: said by Cubiss or told by the track, counted from the facts, shown so nobody follows."""

from datetime import date

import pytest
from django.db import connection

from intermediaries.kinds import kinds
from intermediaries.kinds.kinds import UNKNOWN, Kinds
from intermediaries.kinds.models import IntermediaryKind, RecordedKind
from intermediaries.models import Accreditation, Track
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.editions import files
from reporting.figures import counting
from reporting.figures.as_of import AsOf
from reporting.figures.kinds import KINDS, publish_kinds
from reporting.figures.measures import Measure
from reporting.figures.suppression import CountedMeasure, LastPublished, publish_next
from reporting.report import charts, kept_reports
from reporting.report.published_figures import TRACKS
from tests.conftest import at
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

LATER = AsOf(date(2026, 2, 1), at(date(2026, 2, 1)))
FUND, CITY = (Track.ADULT_FUND, IntermediaryKind.ADULT_FUND), (Track.OWN_SCHEME, IntermediaryKind.MUNICIPALITY)
WELFARE = (Track.VOUCHER_SCHEME, IntermediaryKind.WELFARE)


def cells(table) -> dict[str, list[str]]:
    return {each.label: [cell.text + "*" * cell.held for cell in each.cells] for each in table.rows}


@pytest.mark.both_engines
class TestCounted:
    def test_the_track_tells_a_kind_until_somebody_says_it(self, two_quarters, food_bank, coordinator):
        """The food bank is in track 4, which tells nothing; in track 1 it would be the Volwassenenfonds."""
        assert counting.count_by_kind(Measure.PLUS, LATER) == {(Track.DIRECT, UNKNOWN): 19}
        accreditations = Accreditation.objects.filter(organisation=food_bank)
        accreditations.update(track=Track.ADULT_FUND)
        assert counting.count_by_kind(Measure.PLUS, LATER) == {FUND: 19}
        accreditations.update(track=Track.DIRECT)
        kinds.say(food_bank, IntermediaryKind.FOOD_BANK, by=coordinator, at=at(date(2026, 1, 30)))
        assert counting.count_by_kind(Measure.PLUS, LATER) == {(Track.DIRECT, IntermediaryKind.FOOD_BANK): 19}
        before = AsOf(date(2026, 2, 1), at(date(2026, 1, 29)))
        assert counting.count_by_kind(Measure.PLUS, before) == {(Track.DIRECT, UNKNOWN): 19}, "as it was known then"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM libraries_enrolment e JOIN intermediaries_handout h USING (voucher_id)"
                " JOIN intermediaries_intermediarykind k ON k.organisation_id = h.organisation_id"
                " WHERE k.kind = 5 AND e.kind <> 'free_anyway' AND e.revoked_at IS NULL AND h.revoked_at IS NULL"
            )
            assert cursor.fetchone() == (19,)

    def test_what_is_said_last_holds_and_nothing_is_taken_away(self, food_bank, coordinator):
        when = at(date(2026, 1, 30))
        assert kinds.say(food_bank, IntermediaryKind.FOOD_BANK, by=coordinator, at=when)
        assert not kinds.say(food_bank, IntermediaryKind.FOOD_BANK, by=coordinator, at=when), "it was said already"
        assert kinds.say(food_bank, IntermediaryKind.WELFARE, by=coordinator, at=when), "in the same moment too"
        assert Kinds.known().kind(food_bank.pk, Track.OWN_SCHEME) == IntermediaryKind.WELFARE
        assert RecordedKind.objects.count() == 2

    def test_the_report_shows_what_was_known_at_its_closing(self, two_quarters, food_bank, coordinator, history):
        shown = kept_reports.read(two_quarters[1]).shown["kinds"]
        assert cells(shown)["Nog niet bekend"][2] == "19"
        kinds.say(food_bank, IntermediaryKind.FOOD_BANK, by=coordinator, at=at(date(2026, 1, 30)))
        assert kept_reports.read(two_quarters[1]).shown["kinds"] == shown
        spring = cells(kept_reports.read(history.close("2026-Q1")).shown["kinds"])
        assert spring["Voedselbank"][2] == "19", "what was handed out before counts for its kind too"
        assert spring["Nog niet bekend"][2] == "0"


def test_the_files_have_the_table(two_quarters):
    read = kept_reports.read(two_quarters[1])
    assert read.shown["kinds"] in files.tables_of(read)


def published(*moments: dict[tuple[int, int], int]) -> list[dict[int, tuple[int, bool]]]:
    """What each report in a row shows per kind."""
    last, found = LastPublished(), []
    for pairs in moments:
        tracks: dict[int, int] = {}
        for (track, _), number in pairs.items():
            tracks[track] = tracks.get(track, 0) + number
        publish_next(CountedMeasure({(1, 1): sum(pairs.values())}, {TRACKS: tracks}), last)
        rows = publish_kinds(pairs, TRACKS, last).rows
        found.append({kind: (figure.value, figure.held) for kind, figure in rows.items()})
    return found


class TestShown:
    def test_a_kind_that_stands_alone_in_its_track_is_shown_when_its_track_is(self):
        (shown,) = published({FUND: 20, CITY: 9})
        assert shown == {IntermediaryKind.ADULT_FUND: (20, False), IntermediaryKind.MUNICIPALITY: (9, False)}

    def test_no_kind_of_few(self):
        (shown,) = published({FUND: 20, WELFARE: 9, (Track.DIRECT, IntermediaryKind.FOOD_BANK): 3})
        assert shown[IntermediaryKind.FOOD_BANK] == (0, True)

    def test_no_few_of_a_track_follow_from_a_kind(self):
        """Twenty through the fund, three of welfare beside it in track 1: 23 less 20 would be those three."""
        (shown,) = published({FUND: 20, (Track.ADULT_FUND, IntermediaryKind.WELFARE): 3, WELFARE: 40, CITY: 9})
        assert shown[IntermediaryKind.ADULT_FUND][1] and shown[IntermediaryKind.WELFARE][1]
        assert shown[IntermediaryKind.MUNICIPALITY] == (9, False), "who shares nobody with them is shown"

    def test_no_track_that_is_not_shown_follows_from_its_kind(self):
        """Few came along tracks 3 and 0: so of welfare, which came along both 3 and 4, nothing is shown."""
        (shown,) = published({FUND: 20, WELFARE: 2, (Track.DIRECT, IntermediaryKind.WELFARE): 30, (0, UNKNOWN): 4})
        assert shown[IntermediaryKind.WELFARE] == (0, True)

    def test_nobody_follows_beside_the_report_before(self):
        """Three more through the fund, and six of welfare who are new in its track: the fund keeps its twenty."""
        first, then = published(
            {FUND: 20, CITY: 9}, {FUND: 23, (Track.ADULT_FUND, IntermediaryKind.WELFARE): 6, CITY: 9}
        )
        assert first[IntermediaryKind.ADULT_FUND] == (20, False) and then[IntermediaryKind.ADULT_FUND] == (20, True)

    def test_what_is_shown_adds_up(self):
        last = LastPublished()
        pairs = {FUND: 20, WELFARE: 3, CITY: 9}
        tracks = {Track.ADULT_FUND: 20, Track.VOUCHER_SCHEME: 3, Track.OWN_SCHEME: 9}
        publish_next(CountedMeasure({(1, 1): 32}, {TRACKS: tracks}), last)
        table = publish_kinds(pairs, TRACKS, last)
        assert sum(each.value for each in table.rows.values()) + table.rest == 32
        assert {row for row in last.rows_held if row[0] == KINDS}


@pytest.mark.both_engines
def test_the_conversion_is_drawn_from_the_rows_of_its_table(two_quarters):
    shown = kept_reports.read(two_quarters[1]).shown
    chart, table = shown["charts"][charts.CONVERSION], cells(shown["funnel"])
    drawn = [[each["quarter"], str(each["out"]), str(each["redeemed"]), each["part"]] for each in chart.rows]
    told = [[f"{name[0]}e {name[-4:]}", *(text.rstrip("*") for text in row[2:5])] for name, row in table.items()]
    assert drawn == [each for each in told if each[1] not in ("0", "")]
    for each in (chart.rows[0], chart.rows[-1]):
        assert each["part"] in chart.words, "who does not see it hears the same"
    assert all(each["part"] in chart.in_pdf.decode() for each in chart.rows)


@pytest.mark.both_engines
def test_before_any_voucher_went_out_and_after_one_quarter_it_says_so(two_quarters):
    nothing = kept_reports.read(Closing.objects.get(quarter=Quarter(2025, 1))).shown
    assert charts.CONVERSION not in nothing["charts"]
    assert nothing["report"].headings["nothing_out"].startswith("Er is nog geen voucher uitgereikt.")
    one = kept_reports.read(two_quarters[0]).shown["charts"][charts.CONVERSION]
    assert "nog maar één kwartaal" in one.caption and len(one.rows) == 1
