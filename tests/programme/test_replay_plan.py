"""The whole plan, played small: the books give the plan's figures to the cent, and a planted cent is noticed."""

import re
import subprocess
import sys
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from intermediaries.models import Accreditation, Handout, Track
from kbl.accounts.models import User
from kbl.fund import ledger
from kbl.organisations.models import ClosedQuarter, Programme
from kbl.programme import plan
from kbl.programme.agenda import Agenda, moment
from kbl.programme.management.commands import replay_plan
from kbl.programme.player import Player
from kbl.programme.programme_file import LIMBURG, read
from kbl.programme.scratch import scratch_database
from kbl.settlements.models import Line, Statement
from libraries.models import Enrolment, MembershipEnd
from tests import by_two, database
from tests.database import BYTECODE

SMALL = "0.02"
ONE, SEVEN = Decimal(1), Decimal("0.7")


@pytest.fixture
def here(db, monkeypatch) -> None:
    """Play in the test's own database, so that the test can look at what is left."""
    monkeypatch.setattr(replay_plan, "scratch_database", nullcontext)


def replay(**options) -> str:
    out = StringIO()
    call_command("replay_plan", stdout=out, **options)
    return out.getvalue()


# --- the plan's own arithmetic ---------------------------------------------------------------------------------------


def test_the_formula_gives_the_table_of_the_plan():
    figures = plan.expected(read(LIMBURG), renewal=ONE, scale=ONE)
    assert [(each.new, each.running) for each in figures.values()] == [(2_000, 2_000), (3_500, 5_500), (7_000, 12_500)]
    assert [each.fees for each in figures.values()] == [84_000, 247_500, 562_500]
    assert [each.handling for each in figures.values()] == [8_000, 14_000, 28_000]
    assert [each.fund for each in figures.values()] == [94_500, 261_500, 590_500]
    assert plan.total(figures).fund == Decimal("946500.00")


def test_when_seven_in_ten_renew_120150_stays_unspent():
    figures = plan.expected(read(LIMBURG), renewal=Decimal("0.7"), scale=ONE)
    assert [each.running for each in figures.values()] == [2_000, 4_900, 10_430]
    assert 946_500 - plan.total(figures).fund == Decimal("120150.00")


@pytest.mark.parametrize("rate", ["0", "0.3", "0.7", "0.999", "1"])
def test_any_first_members_renew_at_the_rate(rate):
    rate = Decimal(rate)
    renewing = 0
    for position in range(500):
        renewing += plan.renews(position, rate)
        assert renewing == plan.renewals(position + 1, rate)


def test_a_budget_that_does_not_follow_from_targets_and_tariffs_is_told(changed):
    assert plan.budget_differences(read(LIMBURG)) == []
    (sentence,) = plan.budget_differences(read(changed(("2026 = 247500", "2026 = 247501"))))
    assert "post 5.1 is in 2026 begroot op 247501" in sentence


def test_things_happen_in_the_order_of_the_clock():
    agenda, told = Agenda(), []
    agenda.put(moment(date(2026, 1, 2)), lambda at: told.append("second"))
    agenda.put(moment(date(2026, 1, 1)), lambda at: agenda.put(at, lambda at: told.append("put meanwhile")))
    agenda.put(moment(date(2026, 1, 3)), lambda at: told.append("too late"))
    agenda.run(until=moment(date(2026, 1, 2)))
    assert told == ["put meanwhile", "second"]


# --- played ----------------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_everyone_renews_and_the_books_are_the_plan(here):
    told = replay(scale=SMALL)

    assert "De boeken zijn tot op de cent gelijk aan het plan." in told
    assert re.search(r"5 lidmaatschapsfonds .* 21\.380\s+21\.380$", told, re.MULTILINE)
    assert ClosedQuarter.objects.count() == 12
    assert len(re.findall(r"^202\d-Q\d ", told, re.MULTILINE)) == 12
    assert Enrolment.objects.count() == 250
    assert Enrolment.objects.values("library").distinct().count() == 15
    assert set(Accreditation.objects.values_list("track", flat=True)) == set(Track.values)
    assert set(Statement.objects.values_list("status", flat=True)) == {"approved"}
    assert ledger.balance() == 0

    # As in life: something is billed a quarter late, a desk is earlier than the report, nobody starts too early.
    assert any(
        line.quarter < line.statement.closing.quarter for line in Line.objects.select_related("statement__closing")
    )
    handed_out = dict(Handout.objects.values_list("voucher", "recorded_at"))
    enrolments = Enrolment.objects.select_related("library__participation")
    assert any(handed_out[each.voucher_id] > each.recorded_at for each in enrolments)
    assert all(each.on >= each.library.participation.starts_on for each in enrolments)


# On SQLite some who do not renew are played below.
def test_seven_in_ten_renew_and_the_rest_stays_in_the_fund(here):
    told = replay(scale=SMALL, renewal="0,7")

    assert "De boeken zijn tot op de cent gelijk aan het plan." in told
    everyone, some = (plan.total(plan.expected(read(LIMBURG), renewal=r, scale=Decimal(SMALL))) for r in (ONE, SEVEN))
    assert ledger.balance() == everyone.fund - some.fund > 0
    assert MembershipEnd.objects.exists()


def test_a_planted_cent_is_noticed(here, monkeypatch, capsys):
    play = Player.play

    def play_and_plant(self) -> None:
        play(self)
        day = date(2027, 12, 31)
        by = User.objects.get(name="finance")
        heard = moment(date(2028, 2, 1))  # after the last closing: what is kept of that quarter stays right
        by_two.spend(Decimal("0.01"), reference="planted", description="x", on=day, by=by, at=heard)

    monkeypatch.setattr(Player, "play", play_and_plant)
    with pytest.raises(CommandError, match="De boeken wijken 3 keer af van het plan") as refused:
        call_command("replay_plan", scale="0.005")
    assert refused.value.returncode == 1
    told = capsys.readouterr().out
    assert "VERSCHIL  5.3 aanpassing formulier, 2027: plan 0.00, boeken 0.01" in told
    assert "VERSCHIL  niet besteed: plan 0.00, boeken -0.01" in told


def test_a_year_in_which_nobody_is_open_yet_is_told(here, changed):
    starts = [(f"starts_on = {day}", "starts_on = 2026-01-02") for day in ("2025-09-01", "2025-09-15", "2025-10-01")]
    with pytest.raises(CommandError, match="In 2025 is een doel gesteld"):
        replay(scale=SMALL, file=changed(*starts))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"renewal": "1.01"}, "van 0 tot en met 1"),
        ({"renewal": "-0.1"}, "van 0 tot en met 1"),
        ({"renewal": "veel"}, "'veel' is geen getal"),
        ({"renewal": "NaN"}, "'NaN' is geen getal"),
        ({"scale": "0"}, "meer dan 0"),
        ({"scale": "-1"}, "meer dan 0"),
        ({"scale": "1e9"}, "hooguit 50"),
    ],
)
def test_a_wrong_argument_has_its_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        replay(**arguments)


# --- the scratch database --------------------------------------------------------------------------------------------


def test_the_scratch_database_stands_beside_the_real_one_and_is_gone_afterwards(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        real, options = connection.settings_dict["NAME"], dict(connection.settings_dict["OPTIONS"])
        with database.migrated_once(), scratch_database():
            scratch = connection.settings_dict["NAME"]
            assert scratch != real
            assert not Programme.objects.exists()
        assert connection.settings_dict["NAME"] == real
        assert connection.settings_dict["OPTIONS"] == options
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [scratch])
            assert cursor.fetchone() == (0,)
        connection.close()


def test_replay_touches_no_file_on_sqlite(tmp_path):
    real = tmp_path / "echt.sqlite3"
    environment = BYTECODE | {
        "DATABASE_URL": f"sqlite:///{real}",
        "TMPDIR": str(tmp_path),
        "DEMO": "1",
        "SECRET_KEY": "x" * 50,
    }
    command = [sys.executable, "-m", "tests.migrated_already", "replay_plan", "--scale", "0.005", "--renewal", "0.7"]
    played = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert played.returncode == 0, played.stderr
    assert "gelijk aan het plan" in played.stdout
    assert list(tmp_path.iterdir()) == []
