"""The day summary and what is counted beside it are the facts: after any history, filled whenever."""

from datetime import date, timedelta
from random import Random
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from intermediaries.models import Accreditation, Handout, Track
from libraries.models import Enrolment, MembershipYear
from reporting import tasks
from reporting.dashboard import counted, summarising
from reporting.dashboard.day_counts import Gone
from reporting.dashboard.models import DaySummary, SummaryReach, SummaryRevoked
from reporting.figures.as_of import AsOf
from reporting.figures.counting import count, count_by_track
from reporting.figures.measures import Measure
from reporting.integrity import day_summary
from tests.conftest import at, branch_of
from tests.races.support import PATIENCE

pytestmark = pytest.mark.both_engines

FIRST = date(2025, 9, 20)
KINDS = [*Enrolment.Kind.values, Enrolment.Kind.NEW]


class AnyHistory:
    """Facts in any order, straight into the tables: told late, told early, revoked, told again."""

    def __init__(self, seed: int, serials, accreditations, libraries, by) -> None:
        self.random = Random(seed)
        self.serials, self.accreditations, self.libraries, self.by = serials, accreditations, libraries, by

    def go_on(self, steps: int) -> None:
        acts = [self.hand_out, self.enrol, self.enrol, self.renew, self.revoke]
        for _ in range(steps):
            self.random.choice(acts)()

    @property
    def told(self) -> dict:
        """A day, and a moment that says nothing of the order in which facts come in."""
        on = FIRST + timedelta(days=self.random.randrange(400))
        heard = at(FIRST + timedelta(days=self.random.randrange(400)))
        return {"on": on, "recorded_at": heard, "recorded_by": self.by}

    def hand_out(self) -> None:
        serial = self.random.choice(self.serials)
        if not Handout.objects.standing().filter(voucher_id=serial).exists():
            under = self.random.choice([None, *self.accreditations])
            organisation = (under or self.accreditations[0]).organisation
            Handout.objects.create(voucher_id=serial, organisation=organisation, accreditation=under, **self.told)

    def enrol(self) -> None:
        serial = self.random.choice(self.serials)
        if not Enrolment.objects.standing().filter(voucher_id=serial).exists():
            library = self.random.choice(self.libraries)
            kind = self.random.choice(KINDS)
            Enrolment.objects.create(
                voucher_id=serial, library=library, branch=branch_of(library), kind=kind, **self.told
            )

    def renew(self) -> None:
        enrolments = list(Enrolment.objects.order_by("pk"))
        if enrolments:
            one = self.random.choice(enrolments)
            ordinal = self.random.randrange(1, 4)
            if not one.years.filter(ordinal=ordinal, revoked_at=None).exists():
                MembershipYear.objects.create(enrolment=one, library=one.library, ordinal=ordinal, **self.told)

    def revoke(self) -> None:
        model = self.random.choice([Handout, Enrolment, MembershipYear])
        standing = list(model._default_manager.filter(revoked_at=None).order_by("pk"))
        if standing:
            fact = self.random.choice(standing)
            fact.revoke("twice", by=self.by, at=fact.recorded_at)


@pytest.fixture
def accreditations(food_bank, welfare):
    return list(Accreditation.objects.order_by("pk"))


@pytest.fixture
def any_history(stock_of_food_bank, accreditations, venlo, landgraaf, clerk):
    """Of a dozen vouchers, so that everything happens to each of them."""
    serials = range(stock_of_food_bank.first, stock_of_food_bank.first + 12)
    return lambda seed: AnyHistory(seed, serials, accreditations, [venlo, landgraaf], clerk)


def wrong() -> list:
    return [
        *day_summary.day_summary_equals_the_facts(),
        *day_summary.day_summary_is_in_its_month(),
        *day_summary.month_summary_adds_up_its_days(),
    ]


def rows() -> set[tuple]:
    """The summary, apart from rows in which everything was moved elsewhere."""
    columns = ("what", "day", "organisation", "branch", "track", "count")
    return set(DaySummary.objects.exclude(count=0).values_list(*columns))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_and_whenever_it_is_filled_it_is_the_facts(any_history, accreditations, seed):
    history = any_history(seed)
    for _ in range(6):
        history.go_on(25)
        assert wrong() == [], "counted beside it"
        summarising.catch_up(alone=True)
        assert wrong() == [], "filled"
    one = accreditations[seed % 2]
    one.track = Track.OWN_SCHEME
    one.save()
    assert wrong() == [], "another track, which the summary does not know yet"
    summarising.catch_up(alone=True)
    assert wrong() == []
    assert DaySummary.objects.count() > 10 and SummaryRevoked.objects.filter(folded=True).exists()
    assert (
        Handout.objects.exclude(revoked_at=None).exists() and MembershipYear.objects.exclude(revoked_at=None).exists()
    )


@pytest.mark.parametrize("until", [date(2026, 5, 1), date(2026, 7, 31)])
@pytest.mark.parametrize("apart", [(), (date(2025, 12, 1), date(2026, 2, 17), date(2026, 6, 3))])
def test_it_counts_what_the_other_pages_count(any_history, until, apart):
    """The figures of the running page come from the facts themselves, by another road."""
    history = any_history(7)
    history.go_on(60)
    summarising.catch_up(alone=True)
    history.go_on(40)
    as_of = AsOf(until, at(date(2027, 1, 1)))
    shown = counted.per_month(until, apart)
    by_track = {track: counted.per_month(until, apart, track) for track in (-1, 0, *Track.values)}
    for measure in (Measure.HANDED_OUT, Measure.NEW, Measure.CONVERSION, Measure.FREE, Measure.RENEWED):
        mine = [each for each in shown if each.what == measure]
        assert sum(each.number for each in mine) == count(measure, [as_of])[()][0]
        found = {track: sum(each.number for each in rows if each.what == measure) for track, rows in by_track.items()}
        assert {track: n for track, n in found.items() if n} == count_by_track(measure, as_of)
        for i, day in enumerate(apart, start=1):
            before = AsOf(min(day - timedelta(days=1), until), as_of.at)
            early = sum(each.number for each in mine if each.stretch < i)
            assert early == count(measure, [before])[()][0], "what came before a day stays apart"


def test_a_summary_that_forgets_a_revoked_fact_is_found(any_history, monkeypatch):
    """The twin: counted as if nothing was revoked since, the check says which day is wrong."""
    history = any_history(1)
    history.go_on(60)
    summarising.catch_up(alone=True)
    for _ in range(6):
        history.revoke()
    assert wrong() == []
    monkeypatch.setattr(counted, "_gone", lambda kept: Gone())
    assert {"what", "day", "shown", "facts"} <= wrong()[0].keys()


def test_a_row_that_counts_one_too_many_is_found(any_history):
    any_history(2).go_on(30)
    summarising.catch_up(alone=True)
    row = DaySummary.objects.filter(count__gt=0).first()
    DaySummary.objects.filter(pk=row.pk).update(count=row.count + 1)
    found, _ = wrong()
    assert found["shown"] == found["facts"] + 1 and found["day"] == str(row.day)


def test_filling_it_again_changes_nothing_and_making_it_anew_gives_the_same(any_history, capsys):
    any_history(3).go_on(50)
    summarising.catch_up(alone=True)
    before = rows()
    summarising.catch_up(alone=True)
    tasks.summarise_days()
    call_command("rebuild_day_summary")
    assert "opnieuw gemaakt" in capsys.readouterr().out
    assert rows() == before


@pytest.fixture
def alone_on_the_server(monkeypatch):
    """Whoever is busy in a neighbouring database counts as well, and tests beside these may be for minutes."""

    def busy() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (mine,) = cursor.fetchone()
            cursor.execute(
                "SELECT min(backend_xid::text::bigint) FROM pg_stat_activity WHERE datname = current_database()"
            )
            return cursor.fetchone()[0], mine

    oldest, mine = summarising._busy() if connection.vendor == "postgresql" else (0, 0)
    assert oldest <= mine
    monkeypatch.setattr(summarising, "_busy", busy)


def test_every_run_takes_what_the_one_before_saw(any_history, alone_on_the_server):
    """On PostgreSQL a run later than on SQLite: a number may belong to somebody who is not done."""
    any_history(4).go_on(30)
    tasks.summarise_days()
    tasks.summarise_days()
    assert SummaryReach.objects.get().handouts == Handout.objects.order_by("pk").last().pk
    assert wrong() == []


@pytest.mark.postgresql
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_another_is_still_writing_waits_for_him(stock_of_food_bank, food_bank, worker, alone_on_the_server):
    """Willem's hand-out has the lower number and comes later; Wendy's is there at once."""

    def hand_out(serial: int) -> None:
        day = date(2025, 10, 2)
        Handout.objects.create(
            voucher_id=serial, organisation=food_bank, on=day, recorded_at=at(day), recorded_by=worker
        )

    written, may_end = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            hand_out(stock_of_food_bank.first)
            written.set()
            may_end.wait(PATIENCE)
        connection.close()

    willem = Thread(target=slow)
    willem.start()
    assert written.wait(PATIENCE)
    hand_out(stock_of_food_bank.first + 1)
    for _ in range(3):
        summarising.catch_up()
    assert SummaryReach.objects.get().handouts == 0 and wrong() == []
    may_end.set()
    willem.join()
    assert wrong() == [], "there at once, beside the summary"
    for _ in range(2):
        summarising.catch_up()
    assert SummaryReach.objects.get().handouts == Handout.objects.order_by("pk").last().pk
    assert DaySummary.objects.get().count == 2 and wrong() == []
