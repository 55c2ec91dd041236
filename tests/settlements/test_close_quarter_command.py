"""`close_quarter`: the same closing without a screen, with the same sentences."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from kbl.settlements.models import Closing, Document, Notice, Tariff
from tests import by_two
from tests.settlements.conftest import PRESSED, Q4

pytestmark = pytest.mark.with_report


@pytest.fixture(autouse=True)
def pressed():
    with time_machine.travel(PRESSED, tick=False):
        yield


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("close_quarter", *arguments, stdout=out, no_color=True)
    return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.both_engines
def test_the_preview_shows_everybody_and_changes_nothing(busy_quarter):
    shown = run("2025-Q4", "--preview")
    assert "Voedselbank Venlo" in shown
    assert "€ 126,00" in shown
    assert "samen € 146,00 zonder btw" in shown
    assert not Closing.objects.filter(quarter=Q4).exists()


def test_closing_makes_documents_and_mail_too(busy_quarter, finance, quick):
    shown = run("2025q4")
    closed = Closing.objects.get(quarter=Q4)
    assert closed.closed_by == finance
    assert "VEN-2025-0001" in shown
    assert "nulopgave" in shown
    assert "3 documenten gemaakt, 3 mails verstuurd" in shown
    assert Document.objects.filter(closing=closed, kind="statement").count() == 3
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_somebody_else_may_close(busy_quarter, finance, coordinator, quick):
    run("2025-Q4", "--by", coordinator.email.upper())
    assert Closing.objects.get(quarter=Q4).closed_by == coordinator


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2025-Q5"], "is geen kwartaal"),
        (["volgende week"], "is geen kwartaal"),
        (["2026-Q1"], "loopt nog: sluiten kan vanaf 1 april 2026"),
        (["2025-Q4", "--by", "vreemd@voorbeeld.example"], "is geen coördinator"),
        (["2024-Q1"], "ligt vóór het programma"),
    ],
)
def test_a_wrong_wish_gets_one_sentence(arguments, words, busy_quarter, finance, stranger):
    with pytest.raises(CommandError, match=words) as refused:
        run(*arguments)
    assert refused.value.returncode == 1
    assert not Closing.objects.filter(quarter=Q4).exists()


def test_a_second_time_is_refused(busy_quarter, finance, quick):
    run("2025-Q4")
    with pytest.raises(CommandError, match="al gesloten op 12 januari 2026"):
        run("2025-Q4")


def test_an_organisation_without_account_is_named(busy_quarter, finance, venlo):
    venlo.iban = ""
    venlo.save()
    assert "Zonder rekeningnummer (IBAN): Bibliotheek Venlo." in run("2025-Q4", "--preview")
    with pytest.raises(CommandError, match="Bibliotheek Venlo"):
        run("2025-Q4")


@pytest.mark.parametrize("arguments", [["2025-Q4"], ["2025-Q4", "--preview"]])
def test_a_missing_tariff_is_named_with_its_day(arguments, busy_quarter, finance):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    with pytest.raises(CommandError, match="geen tarief voor een uitreiking op 2 oktober 2025"):
        run(*arguments)


def test_before_a_programme_is_loaded(finance):
    with pytest.raises(CommandError, match="geen programma"):
        run("2025-Q4", "--preview")


def test_nobody_may_close_yet(programme):
    with pytest.raises(CommandError, match="maak eerst een gebruiker"):
        run("2025-Q4")
