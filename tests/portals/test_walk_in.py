"""Ellis, Halima and Roy come without a voucher: the desk helps them from its own drawer, or shows the way."""

from datetime import date
from uuid import uuid4

import pytest

from intermediaries.models import Handout
from kbl.walk_in.walk_in import DeskStockEmpty, walk_in
from libraries.models import Enrolment
from tests.conftest import at, branch_of
from tests.portals.conftest import TODAY
from vouchers.models import Batch, Voucher

PAGE = "/bibliotheek/zonder-voucher/"
HTMX = {"HX-Request": "true"}


def press(client, venlo, **fields):
    form = {"key": str(uuid4()), "kind": "new", "on": TODAY.isoformat(), "branch": branch_of(venlo).pk}
    return client.post(PAGE, form | fields, headers=HTMX)


def test_one_press_hands_out_and_redeems(vera, venlo, desk_stock, clerk):
    assert "U heeft er nog 3." in vera.get(PAGE, headers=HTMX).content.decode()
    answer = press(vera, venlo).content.decode()
    voucher = Voucher.objects.get(pk=desk_stock.first)
    assert "Klaar" in answer and str(voucher) in answer and "uit uw eigen voorraad" in answer
    assert voucher.status == "redeemed"
    assert (voucher.handouts.get().organisation, voucher.enrolments.get().library) == (venlo, venlo)
    assert voucher.handouts.get().accreditation is not None


def test_pressing_again_takes_no_second_voucher(vera, venlo, desk_stock):
    key = str(uuid4())
    answers = {press(vera, venlo, key=key).content for _ in range(3)}
    assert len(answers) == 1
    assert Enrolment.objects.count() == Handout.objects.count() == 1


def test_without_a_script_it_is_a_page(vera, venlo, desk_stock):
    page = vera.get(PAGE)
    assert "<html" in page.content.decode() and "Inwisselen uit voorraad" in page.content.decode()


def test_an_empty_drawer_says_what_to_do_now(vera, venlo, desk_stock):
    for _ in desk_stock:
        press(vera, venlo)
    for answer in (press(vera, venlo), vera.get(PAGE, headers=HTMX)):
        assert "Uw eigen voorraad is op" in answer.content.decode()
        assert "Bel Cubiss, dan komen er nieuwe." in answer.content.decode()
    assert Enrolment.objects.count() == 3


def test_the_drawer_is_empty_in_the_rules_too(venlo, clerk, desk_stock):
    Batch.objects.update(valid_until=date(2025, 10, 1))  # three are there, and none of them is good any more
    with pytest.raises(DeskStockEmpty):
        walk_in(branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=at(TODAY))
    assert not Handout.objects.exists()


def test_a_day_before_the_stock_came_is_too_early_and_the_first_possible_day_is_named(vera, venlo, desk_stock):
    Voucher.objects.filter(pk=desk_stock.first).update(held_since=date(2025, 10, 5))
    Voucher.objects.filter(pk__in=list(desk_stock)[1:]).update(held_since=date(2025, 10, 12))
    key = str(uuid4())
    answer = press(vera, venlo, on="2025-09-30", key=key).content.decode()
    assert "Deze vouchers zijn bij u sinds 5 oktober 2025. Kies die dag of later." in answer
    assert "voorraad is op" not in answer and key in answer and "2025-09-30" in answer
    assert not Handout.objects.exists() and not Enrolment.objects.exists()
    press(vera, venlo, on="2025-10-05")
    assert Handout.objects.get().voucher_id == desk_stock.first


def test_a_desk_without_accreditation_hears_who_gives_vouchers_nearby(vera, venlo, food_bank, landgraaf, lars):
    answer = vera.get(PAGE, headers=HTMX).content.decode()
    assert "Deze organisaties in Venlo geven vouchers mee" in answer and "Voedselbank Venlo" in answer
    assert "Deze organisaties in Venlo" in press(vera, venlo).content.decode()
    assert not Enrolment.objects.exists()
    far = lars.get(PAGE, headers=HTMX).content.decode()
    assert "Voedselbank" not in far and "zoeken wij samen een organisatie in de buurt" in far


def test_a_day_without_accreditation_is_refused(vera, venlo, desk_stock):
    answer = press(vera, venlo, on="2025-08-31").content.decode()
    assert "Uw balie mocht op die dag geen vouchers uitgeven" in answer
    assert not Handout.objects.exists()


def test_a_day_before_the_library_took_part_changes_nothing(vera, venlo, desk_stock):
    venlo.participation.starts_on = date(2025, 11, 1)
    venlo.participation.save()
    assert "Uw bibliotheek doet mee vanaf 1 november 2025" in press(vera, venlo).content.decode()
    assert not Handout.objects.exists() and not Enrolment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"kind": ""}, "Kies wat het is."), ({"on": "2025-10-17"}, "moet nog komen"), ({"on": "x"}, "Dit is geen dag")],
)
def test_what_is_filled_in_wrong_is_told_and_kept(vera, venlo, desk_stock, fields, sentence):
    key = str(uuid4())
    answer = press(vera, venlo, key=key, **fields).content.decode()
    assert sentence in answer and key in answer
    assert not Enrolment.objects.exists()


def test_who_is_free_anyway_is_counted_without_an_age(vera, venlo, desk_stock):
    assert "Al gratis door leeftijd" in press(vera, venlo, kind="free_anyway").content.decode()
    assert Enrolment.objects.get().kind == "free_anyway"
