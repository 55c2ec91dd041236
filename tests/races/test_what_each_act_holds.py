"""What an act that the played history does not do holds until its commit (tests/reporting/held_in_a_history.toml)."""

from contextlib import suppress
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from intermediaries.counting import differences
from intermediaries.kinds import kinds
from intermediaries.orders import orders
from intermediaries.service_areas import areas
from kbl.discrepancies import answers, reminders
from kbl.organisations.models import Organisation
from kbl.payments.accounts import accounts
from kbl.payments.bank import not_executed, refunds
from libraries import past_enrolments
from libraries.models import MembershipYear
from reporting.dashboard import summarising
from reporting.management.commands import after_restore
from reporting.payment_requests import requests
from tests import locks_seen
from tests.conftest import at
from vouchers.custody import opening
from vouchers.models import Voucher

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

ON = date(2026, 3, 10)
BY = {"by": None, "at": at(ON)}
# Nobody and nothing of this key is there: an act that holds it first goes no further.
NOBODY = Organisation(pk=0)
NOTHING = SimpleNamespace(pk=0, statement=None, payment=SimpleNamespace(statement_id=0), organisation_id=0)
NOTHING.asked_by_id, NOTHING.asked_by = 0, None
SOMEBODY = SimpleNamespace(pk=1)
ORGANISATION, STATEMENT = "organisations_organisation: FOR ", "settlements_statement: FOR NO KEY UPDATE"
HOLDS = {
    lambda: answers.hold(MembershipYear, [0]): (
        "libraries_membershipyear: FOR NO KEY UPDATE OF libraries_membershipyear"
    ),
    lambda: reminders.remind_now(NOBODY, **BY): ORGANISATION + "NO KEY UPDATE",
    lambda: refunds.match_refund(None, NOTHING, **BY): STATEMENT,
    lambda: refunds.undo_refund(NOTHING, **BY): STATEMENT,
    lambda: accounts.ask(NOBODY, "NL91ABNA0417164300", **BY): ORGANISATION + "NO KEY UPDATE",
    lambda: accounts.accept(NOTHING, by=SOMEBODY, at=at(ON)): ORGANISATION + "NO KEY UPDATE",
    lambda: not_executed.not_executed(NOTHING, **BY): "payments_paymentrun: FOR NO KEY UPDATE",
    lambda: kinds.say(NOBODY, 1, **BY): ORGANISATION + "UPDATE",
    lambda: areas.serve(NOBODY, [SOMEBODY], first_day=ON, **BY): ORGANISATION + "UPDATE",
    lambda: differences.report(NOBODY, missing=[], extra=[], **BY): ORGANISATION + "UPDATE",
    lambda: orders._counter(2026): "intermediaries_ordercounter: FOR UPDATE",
    lambda: past_enrolments._vouchers(Voucher.objects.values("pk"), lock=True): (
        "vouchers_voucher: FOR UPDATE OF vouchers_voucher"
    ),
    lambda: opening.judge([], at=at(ON), lock=True): "vouchers_serialcounter: FOR UPDATE",
    lambda: requests._take_number(at(ON)): "settlements_numberseries: FOR UPDATE",
    lambda: summarising.rebuild(): "reporting_summaryreach: FOR UPDATE",
    lambda: summarising._note_who_is_busy(summarising.SummaryReach()): "reporting_summaryreach: FOR UPDATE",
    lambda: after_restore.Command().handle(serials=1, numbers=1): "vouchers_serialcounter: FOR UPDATE",
    lambda: list(after_restore._counters(ON, set())): (
        "intermediaries_ordercounter: FOR UPDATE", "settlements_numberseries: FOR UPDATE",
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch):
    monkeypatch.setattr(accounts, "assert_not_made_by", lambda *args: None)
    monkeypatch.setattr(accounts, "assert_second_person", lambda *args, **more: None)


@pytest.mark.parametrize("act", HOLDS, ids=lambda act: act.__code__.co_names[0] + "." + act.__code__.co_names[1])
def test_it_is_held_until_the_commit(act, programme):
    with locks_seen.seen() as found, suppress(ObjectDoesNotExist), transaction.atomic():
        act()
    expected = HOLDS[act]
    assert {expected} if isinstance(expected, str) else {*expected} <= set().union(*found.values()), found
