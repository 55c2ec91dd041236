"""Who hears that the fund runs low: once per threshold, whatever happens to the figure or the mail server."""

from datetime import date

import pytest
from django.core import mail as outbox

from kbl.accounts.models import Role
from kbl.celery import app
from kbl.fund.models import BudgetLine, FundEntry
from reporting.models import FundWarning
from reporting.monitor import fund_warnings
from tests import by_two
from tests.conftest import at

pytestmark = pytest.mark.both_engines

EVERYBODY = ["carla@voorbeeld.example", "frank@voorbeeld.example"]


@pytest.fixture
def budget(programme, coordinator, reader) -> None:
    """A fund of 1,000 in 2026 only, so that the year and the whole are told apart; the reader hears nothing."""
    BudgetLine.objects.create(year=2026, post="5.3", name="Fonds", amount=1_000, paid_by="Provincie Limburg")
    BudgetLine.objects.create(year=2027, post="5.3", name="Fonds", amount=9_000, paid_by="Provincie Limburg")


@pytest.fixture
def spend(budget, finance):
    """So much more is spent on a day in March 2026; then the day's watch is kept."""

    def go(amount: int, day: int) -> list[str]:
        on = date(2026, 3, day)
        by_two.spend(amount, reference=f"{day}", description="Kosten", on=on, by=finance, at=at(on))
        return watch(day)

    return go


def watch(day: int) -> list[str]:
    """What is told on a day: the subjects, each with who hears it."""
    outbox.outbox.clear()
    now = at(date(2026, 3, day), 18)
    fund_warnings.watch(at=now)
    fund_warnings.send_all(at=now)
    return sorted(f"{sent.subject} > {sent.to[0]}" for sent in outbox.outbox)


def told(threshold: int) -> list[str]:
    return [f"Van het lidmaatschapsfonds in 2026 is {threshold} % bereikt > {each}" for each in EVERYBODY]


def test_each_threshold_is_told_once_to_finance_and_coordinators(spend):
    assert spend(699, 1) == []
    assert spend(1, 2) == told(70)
    assert watch(3) == []
    assert spend(149, 4) == []
    assert spend(1, 5) == told(85)
    assert spend(400, 6) == told(100)
    assert watch(7) == []


def test_a_leap_over_two_thresholds_tells_the_highest_only(spend):
    assert spend(900, 1) == told(85)
    assert watch(2) == []


def test_down_and_up_again_is_not_told_again_but_another_budget_is(spend, finance):
    assert spend(900, 1) == told(85)
    back = at(date(2026, 3, 2))
    by_two.reverse(FundEntry.objects.get(), on=back.date(), by=finance, at=back)
    assert watch(2) == []
    assert spend(750, 3) == []
    assert spend(200, 4) == []
    BudgetLine.objects.filter(year=2026).update(amount=1_100)
    assert watch(5) == told(85)


def test_the_letter_names_the_amount_and_its_denominator(spend):
    spend(870, 1)
    body = outbox.outbox[0].body.replace("\N{NO-BREAK SPACE}", " ")
    assert "€ 870,00 uitgegeven of toegezegd, van een begroting van € 1.000,00 (87,0 %)" in body
    assert "geen balie" in body
    assert "/cubiss/fonds/" in body


def test_the_whole_fund_has_its_own_warning(spend):
    BudgetLine.objects.filter(year=2027).update(amount=200)
    assert [each for each in spend(900, 1) if "hele lidmaatschapsfonds" in each] == [
        f"Van het hele lidmaatschapsfonds is 70 % bereikt > {each}" for each in EVERYBODY
    ]


def test_who_left_hears_nothing(spend, coordinator, finance, make_user):
    make_user("Cor", Role.CUBISS_COORDINATOR)
    by_two.office_role(finance, Role.CUBISS_COORDINATOR)  # while both are there to agree
    coordinator.is_active = False
    coordinator.save()
    told = sorted(each.rpartition(" > ")[2] for each in spend(900, 1))
    assert told == ["cor@voorbeeld.example", "frank@voorbeeld.example"], "once, also in two roles"


def test_a_mail_server_that_fails_loses_no_warning(spend, monkeypatch):
    def refuse(self) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert spend(900, 1) == []
    assert set(FundWarning.objects.values_list("state", flat=True)) == {"failed"}
    fund_warnings.send_all(at=at(date(2026, 3, 2)))
    assert sorted(sent.to[0] for sent in outbox.outbox) == EVERYBODY
    fund_warnings.send_all(at=at(date(2026, 3, 3)))
    assert len(outbox.outbox) == 2


def test_without_a_programme_or_a_budget_nothing_is_told(db, finance):
    assert watch(1) == []


def test_beat_knows_the_tasks():
    tasks = {each["task"] for each in app.conf.beat_schedule.values()}
    assert {"reporting.tasks.watch_fund", "reporting.tasks.send_fund_warnings"} <= tasks
