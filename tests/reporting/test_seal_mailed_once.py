"""Two workers at once mail a seal once."""

import pytest

from kbl.mail import outbox
from reporting.seals import seal_mail, sealing
from tests.races.support import together
from tests.reporting.test_seal_outside import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_mail_it_once(two_quarters, province, mailoutbox):
    made = sealing.seal(two_quarters[0], at=NOW)
    together(*[lambda: seal_mail.post(made, at=NOW)] * 4)
    outbox.send_all(at=NOW)
    assert len(mailoutbox) == 2
