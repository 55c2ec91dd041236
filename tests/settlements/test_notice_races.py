"""Several workers at once at the mail of a closing."""

import pytest

from kbl.mail import sending as post
from kbl.settlements.models import Notice
from kbl.settlements.statements import notices
from tests.races.support import looked_by_all, together
from tests.settlements.conftest import PRESSED

State = Notice.State


def states() -> list[str]:
    return sorted(Notice.objects.values_list("state", flat=True))


# --- two workers at once --------------------------------------------------------------------------------------------


def four_workers(ready, monkeypatch) -> None:
    """All see what is to be sent before the first one sends."""
    due = notices._due
    monkeypatch.setattr(notices, "_due", looked_by_all(lambda *args: list(due(*args)), 4))
    together(*[lambda: notices.send_all(ready, at=PRESSED)] * 4)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_mail_once(ready, mailoutbox, monkeypatch):
    four_workers(ready, monkeypatch)
    assert len(mailoutbox) == 3
    assert states() == [State.SENT] * 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_this_race_is_real_without_the_claim_mail_goes_out_more_than_once(ready, mailoutbox, monkeypatch):
    monkeypatch.setattr(post, "claim", lambda notice, at: True)
    four_workers(ready, monkeypatch)
    assert len(mailoutbox) > 3
