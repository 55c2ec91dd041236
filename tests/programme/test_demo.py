"""The demonstration: a history in which everything happens that can happen, made once and kept."""

import socket
import subprocess
import sys
from collections import Counter
from datetime import date
from io import StringIO
from unittest import mock

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.test import TestCase

from intermediaries.models import Accreditation, Handout, Track
from kbl import pdf
from kbl.accounts.models import Assignment, Role, User
from kbl.discrepancies import reconciliation
from kbl.fund.budget import OTHER
from kbl.fund.models import Cost, FundEntry
from kbl.organisations.models import AccountChange, ClosedQuarter
from kbl.payments.bank import worklist
from kbl.payments.models import Payment, PaymentRun
from kbl.periods import Quarter
from kbl.programme.agenda import moment
from kbl.programme.demo import history, told_late
from kbl.programme.demo.cast import LOGINS, PASSWORD
from kbl.programme.demo.costs import DOCUMENTS
from kbl.programme.management.commands import demo
from kbl.settlements.closing import after_closing
from kbl.settlements.models import Closing, ClosingWindow, Correction, Line, Statement
from libraries.eligibility.redeeming import REDEEMING
from libraries.models import Enrolment, MembershipEnd, MembershipYear, Refusal
from reporting.editions.models import KeptInterim, ReportEdition
from reporting.message.models import MessageMail, QuarterMessage
from reporting.payment_requests.models import PaymentRequest
from reporting.report import kept_reports
from reporting.report.charts import KeptChart
from tests.database import BYTECODE
from tests.quick_paper import quick_render
from vouchers.models import StockMovement, Voucher

TODAY = date(2026, 11, 22)


def quick_draw(chart: KeptChart, size: object) -> bytes:
    return b"<svg/>"


@pytest.fixture(autouse=True)
def quick_papers(monkeypatch) -> None:
    """The papers themselves, and their charts, have stories of their own; here it counts that they are made."""
    monkeypatch.setattr(pdf, "render", quick_render)
    monkeypatch.setattr(KeptChart, "draw", quick_draw)


def tell(until: date, *, crowd: bool = False) -> bool:
    return history.build(until=moment(until, 17), say=lambda line: None, crowd=crowd)


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.both_engines
@pytest.mark.sqlite
class TestTheStory(TestCase):
    """The history up to a Sunday in November 2026, told once for all these tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        plain = mock.patch.object(KeptChart, "draw", quick_draw)
        with mock.patch.object(pdf, "render", quick_render), plain:
            assert tell(TODAY)

    def test_quarters_are_closed_waiting_and_running(self):
        closed = list(ClosedQuarter.objects.values_list("quarter", flat=True))
        assert (len(closed), closed[-1]) == (6, Quarter(2026, 2))
        assert ClosingWindow.objects.filter(quarter="2026-Q3", requested_at__isnull=True).exists()
        assert Enrolment.objects.filter(on__gte=Quarter(2026, 4).first_day).exists()
        for closing in Closing.objects.all():
            assert after_closing.is_finished(closing), "its papers and mail are not complete"

    def test_the_newest_statements_are_on_their_way_and_the_older_paid(self):
        newest = Statement.objects.filter(closing__quarter="2026-Q2")
        on_their_way = {"draft", "confirmed", "disputed", "approved", "in_payment"}
        assert set(newest.values_list("status", flat=True)) == on_their_way
        older = Statement.objects.exclude(closing__quarter="2026-Q2")
        assert {each.status for each in older if each.payable} == {"paid"}
        assert {each.status for each in older if not each.payable} == {"approved"}, "nothing to pay"

    def test_one_payment_came_back_and_was_paid_on_another_account(self):
        (came_back,) = Payment.objects.filter(ended="returned")
        assert (came_back.return_code, came_back.statement.status) == ("AC04", "paid")
        assert came_back.statement.payments.latest("pk").has_new_account
        assert {run.status for run in PaymentRun.objects.all()} == {"prepared", "executed"}
        assert AccountChange.objects.filter(decided_at=None).count() == 1
        assert worklist.items(TODAY) == []

    def test_the_other_posts_cost_something_and_every_cost_has_its_paper(self):
        of_the_fund = [(amount, on) for on, post, amount, _ in DOCUMENTS if post == OTHER]
        assert Cost.objects.count() == len(DOCUMENTS) - len(of_the_fund)
        adjustments = FundEntry.objects.filter(kind=FundEntry.Kind.OTHER_COST)
        assert [(-each.amount, each.on) for each in adjustments] == of_the_fund, "the form's adjustment draws the fund"
        for booked in (Cost.objects, adjustments):
            assert not booked.filter(evidence=None).exists()

    def test_the_province_reads_a_month_and_a_request_and_every_party_its_message(self):
        months = KeptInterim.objects.order_by("until")
        assert [month.until for month in months] == [date(2026, 8, 31), date(2026, 9, 30)]
        assert all(month.released_by_id != month.made_by_id for month in months)
        (request,) = PaymentRequest.objects.all()
        assert request.outcome == "released" and request.instalment is not None
        released = set(ReportEdition.objects.filter(outcome="released").values_list("closing", flat=True))
        assert set(QuarterMessage.objects.values_list("closing", flat=True)) == released
        assert set(MessageMail.objects.values_list("state", flat=True)) == {"sent"}
        shown = kept_reports.read(Closing.objects.get(quarter="2026-Q2")).shown
        assert len(shown["risks"]) == 4 and len(shown["risk_course"].rows) > 2, "a risk has a trend"

    def test_every_kind_of_discrepancy_is_there(self):
        for found in reconciliation.overview(TODAY):
            assert found.count, found.discrepancy.title
        offered = set(Refusal.objects.values_list("reason", flat=True))
        kept = {ground.reason for ground in REDEEMING if ground.kept}
        assert offered == kept - {Refusal.Reason.OUTSIDE_PROGRAMME}  # not before 2028

    def test_what_goes_wrong_is_put_right(self):
        assert any(line.quarter < line.statement.closing.quarter for line in Line.objects.all()), "nothing came late"
        assert Correction.objects.filter(line__corrected_by__isnull=False).exists()
        assert Handout.objects.filter(revoke_reason="typing_error").exists()
        assert Enrolment.objects.filter(revoke_reason="did_not_happen").exists()
        assert set(StockMovement.objects.values_list("kind", flat=True)) == set(StockMovement.Kind.values)

    def test_a_figure_that_was_reported_changes_and_the_next_report_says_both(self):
        found = Enrolment.objects.filter(on=told_late.ON_THE_LIST, recorded_at__date=told_late.LIST_FOUND)
        assert found.count() >= 5, "fewer would not be shown"
        corrected = kept_reports.read(Closing.objects.get(quarter="2026-Q2")).shown["corrections"].rows
        for line in corrected:
            then, now = line.cells
            assert then.text != now.text
        assert corrected

    def test_there_are_members_of_all_kinds_who_stay_and_who_stop(self):
        assert set(Enrolment.objects.standing().values_list("kind", flat=True)) == set(Enrolment.Kind.values)
        assert MembershipYear.objects.standing().filter(ordinal=2).exists()
        assert MembershipEnd.objects.exists()
        assert set(Voucher.objects.values_list("status", flat=True)) == set(Voucher.Status.values)
        assert set(Accreditation.objects.values_list("track", flat=True)) == set(Track.values)

    def test_everything_happened_at_office_hours_and_before_now(self):
        until = moment(TODAY, 17)
        for model in (Handout, Enrolment):
            for at in model.objects.values_list("recorded_at", flat=True):
                assert at <= until
                local = at.astimezone(until.tzinfo)
                assert local.isoweekday() < 7
                assert 9 <= local.hour < 18

    def test_one_login_per_role_and_somebody_with_two(self):
        roles = set()
        for login in LOGINS:
            assert self.client.login(username=login.email, password=PASSWORD), login.email
            roles |= set(login.roles)
        assert roles == set(Role)
        at_venlo = Assignment.objects.filter(organisation__slug="bibliotheek-venlo")
        assert at_venlo.values("user").annotate(n=Count("pk")).filter(n=2).exists()
        others = User.objects.exclude(email__in=[login.email for login in LOGINS])
        assert not any(user.has_usable_password() for user in others)

    def test_a_second_telling_adds_nothing(self):
        before = counts()
        assert not tell(date(2027, 1, 31))
        assert counts() == before

    def test_the_books_are_right(self):
        call_command("check_books", stdout=StringIO())


@pytest.mark.parametrize("day", [date(2025, 2, 1), date(2026, 1, 15)])
def test_the_story_can_stop_anywhere(db, day):
    assert tell(day)
    assert not Handout.objects.filter(on__gt=day).exists()
    assert history.is_told()


def test_a_crowd_comes_beside_those_with_a_story_and_the_first_weeks_go_as_planned(db):
    day = date(2025, 9, 22)
    assert tell(day, crowd=True)
    weeks = range(36, 39)
    each_week = Counter(on.isocalendar().week for on in Handout.objects.standing().values_list("on", flat=True))
    assert all(80 < each_week[week] < 200 for week in weeks), each_week
    members = Enrolment.objects.standing()
    assert members.count() > 100
    assert {each.on <= each.recorded_at.date() for each in members} == {True}
    assert not Handout.objects.filter(on__gt=day).exists()
    assert all(members.filter(library__slug=f"bibliotheek-{slug}").exists() for slug in ("venlo", "landgraaf"))


# --- the command ----------------------------------------------------------------------------------------------------


def manage(*arguments: str, database, **environment) -> subprocess.CompletedProcess:
    """The command as people start it, with a database file of its own, but that it migrates by copying."""
    env = BYTECODE | {"DATABASE_URL": f"sqlite:///{database}", "DEMO": "1", **environment}
    command = [sys.executable, "-m", "tests.migrated_already", "demo", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)


def test_a_start_that_was_broken_off_is_started_over_and_a_second_start_keeps_the_data(tmp_path):
    database, making = tmp_path / "demo.sqlite3", tmp_path / "demo.sqlite3.making"
    making.write_bytes(b"half a history")
    database.touch()  # some other command looked at it

    first = manage("--no-serve", "--today", "2025-03-20", database=database)
    assert first.returncode == 0, first.stderr
    assert "afgebroken; we beginnen opnieuw" in first.stdout
    assert all(login.email in first.stdout for login in LOGINS)
    assert [path.name for path in tmp_path.iterdir()] == ["demo.sqlite3"]
    made = database.read_bytes()

    second = manage("--no-serve", "--today", "2026-09-20", database=database)
    assert second.returncode == 0, second.stderr
    assert "maakt een geschiedenis" not in second.stdout
    assert PASSWORD in second.stdout
    assert len(database.read_bytes()) == len(made)

    again = manage("--no-serve", "--reset", "--today", "2025-03-20", database=database)
    assert "maakt een geschiedenis" in again.stdout


def test_it_never_runs_on_a_real_installation(tmp_path):
    refused = manage("--no-serve", database=tmp_path / "echt.sqlite3", DEMO="0", SECRET_KEY="x" * 50)
    assert refused.returncode == 1
    assert "bekende wachtwoorden" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_in_use_is_told_before_anything_is_made(monkeypatch, settings):
    settings.DEMO = True
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        with pytest.raises(CommandError, match="al in gebruik"):
            call_command("demo", port=str(other.getsockname()[1]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"port": "web"}, "'web' is geen poort"),
        ({"port": "70000"}, "1 tot en met 65535"),
        ({"today": "morgen"}, "'morgen' is geen dag"),
    ],
)
def test_a_wrong_argument_has_its_sentence(settings, arguments, sentence):
    settings.DEMO = True
    with pytest.raises(CommandError, match=sentence):
        call_command("demo", no_serve=True, **arguments)
