"""What the page of the bank refuses: files that do harm, and what a page did not carry."""

import pytest

from kbl.payments.models import BankFile
from tests.effort import measured
from tests.payments.test_bank_pages import CONFIRM, friday, upload  # noqa: F401 (a fixture for every test)
from tests.payments.test_camt_parser import HOSTILE, honest_statement

pytestmark = pytest.mark.both_engines


@pytest.mark.postgresql  # what takes a file apart asks no database
def test_hostile_files_are_told_and_leave_nothing(frank, cubiss):
    for name, (make, _) in HOSTILE.items():
        content = make()
        work, told = measured(lambda content=content: upload(frank, content))
        assert work < 3 * honest_statement(), name
        assert told.status_code == 422 and told.context["form"].errors["file"], name
    assert not BankFile.objects.exists()


def test_what_a_page_did_not_carry_is_refused(frank, cubiss):
    for carried in ("", "x", "a:b:c", "é" * 100, "\x00"):
        told = frank.post(CONFIRM, {"carried": carried})
        assert told.status_code == 422 and "Er is niets veranderd" in told.content.decode()
