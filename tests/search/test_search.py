"""The search box: whatever is typed, somebody gets a page or a kind sentence, and a whole number stays where it was."""

from datetime import date

import pytest
from django.urls import reverse

from intermediaries.handouts import handout
from kbl.folding import folded
from kbl.organisations.models import Organisation
from kbl.search.reading import BatchNamed, Kvk, Name, OrderNamed, Serials, read
from tests.conftest import at
from tests.office.test_stock_pages import words
from vouchers.models import Batch, Voucher
from vouchers.numbers import NumberError, SerialRange
from vouchers.viewing.models import NumberView
from vouchers.viewing.trace import GUESSES

pytestmark = pytest.mark.both_engines

URL = "/cubiss/zoeken/"
RTL = "\u202e12\u202c שלום مرحبا"


def look(client, typed: str):
    return client.post(URL, {"q": typed})


def slipped(number) -> str:
    """A number with its last digit wrong."""
    return str(number)[:-1] + str((int(number.check) + 1) % 10)


def with_other_secret(number) -> str:
    """A number that is well formed, and not the one on the paper."""
    other = "000000" if number.secret != "000000" else "000001"
    return str(type(number)(number.serial, other))


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("12", ["0000012"]),
        ("0000012", ["0000012"]),
        ("voucher 12", ["0000012"]),
        ("nr. 0000012", ["0000012"]),
        ("12-40", ["0000012-0000040"]),
        ("12 t/m 40", ["0000012-0000040"]),
        ("12 tot en met 40", ["0000012-0000040"]),
        ("12, 14; 16-20\n30", ["0000012", "0000014", "0000016-0000020", "0000030"]),
        ("5-10, 8-12", ["0000005-0000012"]),
        ("١٢", ["0000012"]),
    ],
)
def test_serials_and_ranges_are_read_in_every_form(typed, ranges):
    wanted = read(typed)
    assert isinstance(wanted, Serials)
    assert [str(each) for each in wanted.ranges] == ranges


def test_other_things_are_told_apart():
    assert read("serie 12") == read("Serie: 0000012") == BatchNamed(12)
    assert read("B-2026-0012") == read("bestelling b 2026 12") == OrderNamed(2026, 12)
    assert read("12345678") == read("1234 5678") == read("KvK 12345678") == Kvk("12345678")
    assert read("Voedselbank 2000") == Name("Voedselbank 2000")


@pytest.mark.parametrize("typed", ["", "   ", "12-", "1-2-3", "40-12", "0", "123456789", "1-9999999", "x" * 5000])
def test_what_cannot_be_read_is_refused_and_nothing_else(typed):
    with pytest.raises(NumberError):
        read(typed)


# --- one place to go to ------------------------------------------------------------------------------------------


def test_a_serial_leads_to_its_voucher(carla, batch):
    assert look(carla, "12")["Location"] == reverse("cubiss:voucher", args=[12])


def test_a_whole_number_is_compared_in_every_form_and_leads_to_its_voucher(carla, voucher):
    Voucher.objects.update(secret="482913")  # one that starts with a nought would make a range of the last form
    voucher.refresh_from_db()
    number = voucher.number
    dashed = str(number).replace(" ", "-")
    half = f"{number.digits[:7]}-{number.digits[7:]}"
    for typed in (str(number), number.digits, f"https://kbl.example/v/#{number.digits}", f"kbl {number}", dashed, half):
        answer = carla.post(URL, {"q": typed}, follow=True)
        assert answer.redirect_chain == [(reverse("cubiss:voucher", args=[voucher.pk]), 302)], typed
        assert "Het hele nummer klopt." in words(answer)
    assert NumberView.objects.filter(why="search", serial=voucher.pk).count() == 6


def test_ranges_lead_to_the_page_of_ranges(carla, batch):
    assert look(carla, "12-40")["Location"] == f"{reverse('cubiss:range')}?van=12&tot=40"
    assert look(carla, "12, 40-50")["Location"] == f"{reverse('cubiss:range')}?nummers=0000012,0000040-0000050"


def test_a_batch_is_found_by_its_number_and_by_a_serial_in_it(carla, batch, coordinator):
    page = reverse("cubiss:batch", args=[batch.pk])
    assert look(carla, f"serie {batch.first_serial}")["Location"] == page
    assert look(carla, f"serie {batch.last_serial:07}")["Location"] == page
    assert "Er is geen serie 9999" in words(look(carla, "serie 9999"))


def test_two_batches_that_can_be_meant_are_both_offered(carla, batch, coordinator):
    day, number = date(2025, 8, 21), 50 if batch.pk != 50 else 51
    last = Batch.objects.create(
        pk=number,  # the fiftieth batch, and number 50 lies in another one
        medium="paper",
        first_serial=5_000_001,
        last_serial=5_000_001,
        valid_until=date(2027, 12, 31),
        made_on=day,
        recorded_by=coordinator,
        recorded_at=at(day),
    )
    page = look(carla, f"serie {number}")
    assert page.status_code == 200
    assert str(last.range) in words(page) and str(batch.range) in words(page)


def test_an_organisation_is_found_whatever_the_accents_and_capitals(carla, food_bank, venlo):
    cafe = Organisation.objects.create(
        name="Café Zuïd-Mheer", slug="cafe", street="Markt 1", postcode="6131 AB", city="Sittard", kvk="24681357"
    )
    page = reverse("cubiss:organisation", args=["cafe"])
    for typed in ("cafe zuid", "ZUÏD", "sittard café", "24681357", "kvk 24681357", "mheer"):
        assert look(carla, typed)["Location"] == page, typed
    assert folded(cafe.name) == "cafe zuid mheer"


def test_several_organisations_are_a_choice_closest_first(carla, food_bank, venlo, gennep):
    page = look(carla, "venlo")
    titles = [place.title for place in page.context["answer"].places]
    assert titles == ["Bibliotheek Venlo", "Voedselbank Venlo"]
    assert "2 organisaties passen hierbij" in words(page)
    titles = [place.title for place in look(carla, "bibliotheek").context["answer"].places]
    assert titles == ["Bibliotheek Gennep", "Bibliotheek Venlo"]


# --- a sentence ----------------------------------------------------------------------------------------------------


def test_a_typing_error_says_so_and_offers_the_serial(carla, voucher):
    typed = slipped(voucher.number)
    page = look(carla, typed)
    assert page.status_code == 422
    assert f"“{typed}” is geen geldig nummer: er zit een typefout in." in words(page)
    assert f'value="{typed}"' in words(page), "what was typed stays"
    assert [place.url for place in page.context["answer"].places] == [reverse("cubiss:voucher", args=[voucher.pk])]


def test_other_digits_are_told_without_the_right_ones(carla, voucher):
    page = look(carla, with_other_secret(voucher.number))
    assert page.status_code == 422
    assert "Dit volgnummer bestaat, maar de andere cijfers kloppen niet." in words(page)
    assert voucher.secret not in words(page)
    assert NumberView.objects.get().why == "wrong"


def test_whoever_guesses_waits_and_can_still_search_by_serial(carla, voucher, log_in, reader):
    for _ in range(GUESSES):
        look(carla, with_other_secret(voucher.number))
    page = look(carla, str(voucher.number))
    assert "Vanaf 12:10 uur kunt u weer hele nummers zoeken." in words(page)
    assert look(carla, str(voucher.pk)).status_code == 302
    assert look(log_in(reader), str(voucher.number)).status_code == 302, "a colleague goes on"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Typ een nummer, een reeks zoals"),
        ("4000000", "Nummer 4000000 bestaat niet"),
        ("40-12", "Zet het laagste nummer eerst."),
        ("1-5000000", "Zoek hooguit een miljoen nummers tegelijk."),
        ("0000012 482913", "heeft 13 cijfers"),
        ("0", "De nummers beginnen bij 0000001."),
        ("12345670", "Geen organisatie heeft KvK-nummer 12345670."),
        ("B-2026-9999", "Er is geen bestelling B-2026-9999."),
        ("bestaat niet", "Wij zochten “bestaat niet”"),
        ("voedselbenk venlo", "Deze namen lijken erop."),
        (",".join(str(2 * number) for number in range(1, 70)), "69 losse reeksen"),
        ("x" * 5000, "Zoek met hooguit 2.000 tekens."),
    ],
)
def test_nothing_found_says_what_was_read(carla, batch, food_bank, typed, sentence):
    page = look(carla, typed)
    assert page.status_code == 422
    assert sentence in words(page)


def test_a_range_that_runs_back_is_offered_turned(carla, batch):
    (place,) = look(carla, "40-12").context["answer"].places
    assert place.url == f"{reverse('cubiss:range')}?van=12&tot=40"


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE vouchers_voucher; --",
        "1 OR 1=1",
        "%' UNION SELECT secret FROM vouchers_voucher --",
        "🎉🎫",
        RTL,
        "\x00\x01\x02",
        "1" * 5000,
        "1," * 2400,
        "#" * 100,
        "½ ① ²³ Ⅻ",
        "\ud83c\udf89",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}{% debug %}",
        "-" * 1999,
        "serie 99999999999999999999",
        "kvk",
        "B-2026-",
        "00000000000000",
        "99999999999999",
        "1\n2\r\n3\t4|5",
        "nan",
        "1e9",
        "../../etc/passwd",
    ],
)
def test_nonsense_gets_a_page_and_never_an_error(carla, batch, food_bank, typed):
    page = look(carla, typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert page.status_code in (200, 302, 422)
    assert Voucher.objects.count() == 100
    assert "<script>alert" not in page.content.decode()


def test_a_whole_number_is_in_no_address_and_no_title(carla, voucher):
    for typed in (str(voucher.number), slipped(voucher.number), with_other_secret(voucher.number)):
        page = carla.post(URL, {"q": typed}, follow=True)
        text = words(page)
        title = text[text.index("<title>") : text.index("</title>")]
        assert not any(character.isdigit() for character in title)
        for address in [
            page.request["PATH_INFO"],
            page.request["QUERY_STRING"],
            *(url for url, _ in page.redirect_chain),
        ]:
            assert voucher.secret not in address


def test_the_box_is_on_every_page_of_the_office_and_of_nobody_else(carla, log_in, worker, clerk, province, batch):
    for url in ("/cubiss/", "/cubiss/vouchers/", "/cubiss/organisaties/", "/cubiss/fonds/"):
        assert 'action="/cubiss/zoeken/"' in carla.get(url).content.decode()
    for somebody in (worker, clerk, province):
        assert "/cubiss/zoeken/" not in log_in(somebody).get("/", follow=True).content.decode()


# --- the page of ranges ------------------------------------------------------------------------------------------


def test_a_range_shows_who_has_what_and_what_happened(carla, stock_of_food_bank, food_bank, worker):
    day = date(2025, 10, 2)
    handout.hand_out(food_bank, [SerialRange(1, 4)], on=day, by=worker, at=at(day))
    page = carla.get("/cubiss/vouchers/nummers/?van=1&tot=120")
    shown = [(str(each.serials), each.status, str(each.holder), each.until) for each, _ in page.context["stretches"]]
    last = date(2027, 12, 31)
    assert shown == [
        ("0000001-0000004", "handed_out", "Voedselbank Venlo", last),
        ("0000005-0000050", "allocated", "Voedselbank Venlo", last),
        ("0000051-0000100", "in_stock", "None", last),
    ]
    assert "20 van deze nummers zijn nooit gemaakt." in words(page)
    assert "Toegewezen aan Voedselbank Venlo" in words(page)
    assert "?nummers=0000001-0000120" in words(page), "what can be done is filled in beforehand"


def test_a_range_of_one_is_a_voucher_and_a_strange_one_gets_a_sentence(carla, batch, voucher):
    assert carla.get("/cubiss/vouchers/nummers/?van=5")["Location"] == reverse("cubiss:voucher", args=[5])
    for query in (
        "",
        "?van=x&tot=y",
        "?van=9&tot=1",
        "?nummers=serie 1",
        f"?nummers={voucher.number.digits}",
        "?van=0",
    ):
        page = carla.get(f"/cubiss/vouchers/nummers/{query}")
        assert page.status_code == 422, query
        assert voucher.secret not in words(page)
    assert "Deze nummers bestaan niet" in words(carla.get("/cubiss/vouchers/nummers/?van=500&tot=600"))


def test_a_range_asks_as_many_questions_for_one_run_as_for_many(
    carla, stock_of_food_bank, food_bank, worker, django_assert_num_queries, django_assert_max_num_queries
):
    url = "/cubiss/vouchers/nummers/?van=1&tot=50"
    carla.get(url)
    with django_assert_max_num_queries(20) as few:
        carla.get(url)
    day = date(2025, 10, 2)
    for serial in range(1, 40, 2):
        handout.hand_out(food_bank, [SerialRange(serial, serial)], on=day, by=worker, at=at(day))
    with django_assert_num_queries(len(few)):
        carla.get(url)
