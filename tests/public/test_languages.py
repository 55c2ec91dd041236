"""The voucher's page in seven languages, and the rest of KBL in one."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from fontTools.ttLib import TTFont

from reporting.survey import texts as survey
from scripts.messages import NotComplete, mo_bytes, read_po
from tests.public.conftest import NL, said
from vouchers.public.languages import languages

CODES = [code for code, _ in settings.LANGUAGES]
TRANSLATED = [code for code in CODES if code != "nl"]
LOCALE = settings.BASE_DIR / "locale"


def po(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "django.po"


def flat(texts) -> list[str]:
    """All texts, one after another."""
    if isinstance(texts, dict):
        texts = list(texts.values())
    return [each for text in texts for each in (flat(text) if isinstance(text, list | tuple) else [str(text)])]


def html_of(answer) -> str:
    return re.search(r"<html[^>]*>", answer.content.decode())[0]


def test_there_are_seven_and_each_under_its_own_name(phone):
    page = phone.get("/v/").content.decode()
    assert CODES == ["nl", "en", "pl", "ro", "bg", "ar", "uk"]
    for each in languages():
        assert f'lang="{each.code}" dir="{each.direction}"' in page and f">{each.name}</a>" in page
    assert [each.code for each in languages() if each.direction == "rtl"] == ["ar"]


@pytest.mark.both_engines
@pytest.mark.parametrize("code", CODES)
def test_the_whole_page_speaks_the_language_that_was_chosen(phone, digits, code):
    answer = phone.post(f"/v/?taal={code}", {"number": digits}, headers={"Accept-Language": "de, fr;q=0.5"})
    page = answer.content.decode()
    texts = said(code)
    assert html_of(answer) == f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">'
    assert answer["Content-Language"] == code and not answer.cookies
    for name in ("welcome", "lead", "show", "warm", "keep", "ask", "near", "municipality"):
        assert texts[name] in page, name
    for text in flat([texts["gets"], texts["steps"]]):
        assert text in page
    if code != "nl":
        assert not [text for text in flat(NL) if len(text) > 12 and text in page], "Dutch was left on the page"
    assert digits not in page.split("<title>")[1].split("</title>")[0]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("pl", "pl"),
        ("ar-MA,ar;q=0.9,nl;q=0.8", "ar"),
        ("de-DE, uk;q=0.7, en;q=0.3", "uk"),
        ("zh", "nl"),
        ("", "nl"),
        ("x" * 5_000, "nl"),
    ],
)
def test_without_a_choice_the_browser_decides(phone, asked, code):
    assert f'lang="{code}"' in html_of(phone.get("/v/", headers={"Accept-Language": asked}))


def test_a_language_that_is_not_there_is_no_choice(phone):
    answer = phone.get("/v/", {"taal": "tlh"}, headers={"Accept-Language": "ro"})
    assert 'lang="ro"' in html_of(answer)
    assert "tlh" not in answer.content.decode()


def test_one_person_does_not_change_the_language_of_the_next(phone):
    phone.get("/v/?taal=ar")
    assert translation.get_language() == "nl"
    assert 'lang="nl"' in html_of(Client().get("/v/"))


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_rest_of_the_site_stays_dutch(client, clerk, code):
    wants = {"headers": {"Accept-Language": code}}
    door = client.get("/account/inloggen/?taal=" + code, **wants)
    assert 'lang="nl"' in html_of(door) and "Wachtwoord" in door.content.decode()
    client.force_login(clerk)
    desk = client.get("/bibliotheek/", **wants)
    assert desk.status_code == 200 and 'lang="nl"' in html_of(desk)
    assert 'lang="nl"' in html_of(client.get("/nergens/", **wants))


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("nl", "31 december 2027"),
        ("en", "31 December 2027"),
        ("pl", "31 grudnia 2027"),
        ("ro", "31 decembrie 2027"),
        ("bg", "31 декември 2027 г."),
        ("ar", "31 ديسمبر 2027"),
        ("uk", "31 грудня 2027 р."),
    ],
)
def test_a_day_is_written_as_people_write_it(phone, digits, code, written):
    page = phone.post(f"/v/?taal={code}", {"number": digits}).content.decode()
    assert f"<dd>{written}</dd>" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_the_number_stays_left_to_right_in_arabic(phone, voucher, digits):
    page = phone.post("/v/?taal=ar", {"number": digits}).content.decode()
    assert f'<bdi dir="ltr">{voucher.number}</bdi>' in page
    assert re.search(r'<input class="kbl-number" dir="ltr"', page)


# The files


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated(code):
    texts = read_po(po(code))
    names = {name.rpartition("\x04")[2] for name in texts} - {""}
    of_the_survey = {str(each) for table in (survey.TEXTS, survey.QUESTIONS, survey.WORDS) for each in table.values()}
    assert names == {*flat(NL), *of_the_survey}, "run makemessages and translate"
    for name, text in texts.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", name)), name
        assert "  " not in text and text.strip() == text.removesuffix("\n"), name


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_served_is_what_the_translators_wrote(code):
    made = po(code).with_suffix(".mo")
    assert made.read_bytes() == mo_bytes(read_po(po(code))), "run scripts/messages.py"
    with made.open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    for name, text in read_po(po(code)).items():
        context, _, msgid = name.rpartition("\x04")
        read = catalog.pgettext(context, msgid) if context else catalog.gettext(msgid)
        assert not msgid or read == text


@pytest.mark.parametrize(
    "spoiled", ['msgid "a"\nmsgstr ""\n', '#, fuzzy\nmsgid "a"\nmsgstr "b"\n', 'msgid "a"\nmsgstr "b"\n\n' * 2]
)
def test_half_a_translation_does_not_go_along(tmp_path, spoiled):
    path = tmp_path / "django.po"
    path.write_text(spoiled)
    with pytest.raises(NotComplete):
        read_po(path)


def test_our_letter_type_has_every_letter_of_the_languages_that_use_it():
    """Arabic takes the device's own letters on purpose: Inter, as a page brings it, does not have them."""
    inter = settings.BASE_DIR / "static" / "vendor" / "inter"
    fonts = re.findall(r"url\(\W*([\w-]+\.woff2)", (inter / "inter.css").read_text())
    assert fonts
    letters = {chr(code) for name in fonts for code in TTFont(inter / name).getBestCmap()}
    for each in languages():
        missing = set("".join([each.name, *flat(said(each.code))])) - letters
        assert not missing if each.inter else missing, (each.code, missing)
