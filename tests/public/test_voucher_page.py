"""The page behind the QR code: it shows a voucher to who has its number, and says nothing to anybody else."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.conftest import at
from tests.public.conftest import NL, TODAY
from vouchers.models import Voucher
from vouchers.numbers import Number
from vouchers.public.showing import REFUSALS


def ask(phone: Client, typed: str, **headers):
    return phone.post("/v/", {"number": typed}, headers=headers)


def words_of(answer) -> str:
    """A page with plain spaces."""
    return answer.content.decode().replace("\u00a0", " ")


@pytest.mark.both_engines
def test_a_number_shows_its_voucher(phone, voucher, digits):
    answer = ask(phone, f"{digits[:7]} {digits[7:13]} {digits[13]}")
    page = words_of(answer)
    assert answer.status_code == 200
    for words in (str(voucher.number), "31 december 2027", NL["show"], NL["warm"], "legitimatiebewijs"):
        assert words in page
    assert page.count("<svg class=") >= 2


def test_a_pasted_address_will_do_and_so_will_the_part_for_the_script(phone, digits):
    part = ask(phone, f"https://kbl.voorbeeld.example/v/#{digits}", **{"X-Part": "answer"})
    assert part.status_code == 200
    assert "data-bon" in part.content.decode() and "<html" not in part.content.decode()


def test_it_sets_no_cookie_is_not_kept_and_sends_no_referer(phone, digits):
    for answer in (phone.get("/v/"), ask(phone, digits), ask(phone, "1")):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_number_is_in_no_title_and_in_no_log(phone, digits, caplog):
    with caplog.at_level(logging.DEBUG):
        page = ask(phone, digits).content.decode()
    assert digits not in page.split("<title>")[1].split("</title>")[0]
    assert digits not in caplog.text


@pytest.mark.parametrize(
    "fate", ["unknown", "other digits", "in stock", "void", "redeemed", "expired", "no such batch"]
)
def test_whatever_is_wrong_with_a_number_the_answer_is_the_same(phone, voucher, batch, fate):
    """One sentence, so that nobody learns whether a number exists, was used, or was taken out of use."""
    number = voucher.number
    if fate == "unknown":
        number = Number(9_999_999, "123456")
    if fate == "other digits":
        number = Number(voucher.serial, f"{(int(voucher.secret) + 1) % 10**6:06}")
    if fate == "in stock":
        number = Voucher.objects.get(pk=batch.last_serial).number
    if fate == "void":
        Voucher.objects.filter(pk=voucher.pk).update(status="void")
    if fate == "redeemed":
        Voucher.objects.filter(pk=voucher.pk).update(status="redeemed")
    if fate == "no such batch":
        number = Number(batch.last_serial + 1, "000000")
    if fate == "expired":
        with time_machine.travel(at(voucher.valid_until + timedelta(days=1)), tick=False):
            answer = ask(phone, number.digits, **{"X-Part": "answer"})
    else:
        answer = ask(phone, number.digits, **{"X-Part": "answer"})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert NL["refused"] in words and NL["refused_next"] in words
    assert number.digits not in words.replace(" ", "")


def test_a_voucher_that_was_made_longer_valid_shows_its_own_last_day(phone, voucher, digits):
    Voucher.objects.filter(pk=voucher.pk).update(extended_until=voucher.valid_until + timedelta(days=60))
    with time_machine.travel(at(voucher.valid_until + timedelta(days=1)), tick=False):
        assert "29 februari 2028" in words_of(ask(phone, digits))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", NL["empty"]),
        ("boek", NL["letters"]),
        ("0012345", NL["short"].format(digits=7)),
        ("0" * 15, NL["long"].format(digits=15)),
        ("00123454829130", NL["typo"]),
        ("9" * 5_000, NL["long"].format(digits=200)),
        ("\x00<script>", NL["letters"]),
    ],
)
def test_what_is_no_number_is_said_without_asking_the_books(phone, typed, words, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = ask(phone, typed, **{"X-Part": "answer"})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_who_guesses_is_slowed_down_and_nobody_else(phone, voucher, digits):
    """Ten thousand scripted guesses from one address: none found, and after twenty none is looked at any more."""
    guesses = (Number(voucher.serial, f"{i:06}") for i in range(10_000) if f"{i:06}" != voucher.secret)
    found = []
    for count, guess in enumerate(guesses):
        if count > 120:
            break
        found.append(ask(phone, guess.digits).status_code)
    assert found[:REFUSALS] == [422] * REFUSALS
    assert set(found[REFUSALS:]) == {429}
    assert ask(phone, digits).status_code == 429, "even the right number waits: who guesses does not find out"
    neighbour = Client(REMOTE_ADDR="192.0.2.7")
    assert neighbour.post("/v/", {"number": digits}).status_code == 200
    with time_machine.travel(at(TODAY, hour=13), tick=False):
        assert ask(phone, digits).status_code == 200


def test_a_whole_ipv6_network_counts_as_one(voucher, phone):
    wrong = Number(9_999_999, "123456").digits
    for i in range(REFUSALS):
        assert Client(REMOTE_ADDR=f"2001:db8:1:2::{i + 1:x}").post("/v/", {"number": wrong}).status_code == 422
    assert Client(REMOTE_ADDR="2001:db8:1:2:ffff::1").post("/v/", {"number": wrong}).status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").post("/v/", {"number": wrong}).status_code == 422


@pytest.mark.both_engines
def test_the_address_is_not_in_the_cache(phone, voucher):
    Client(REMOTE_ADDR="198.51.100.23").post("/v/", {"number": Number(9_999_999, "123456").digits})
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM kbl_cache")
        rows = cursor.fetchall()
    assert len([key for key, _ in rows if "bon-" in key]) == 1
    assert "198.51.100" not in str(rows) and "9999999" not in str(rows)
    cache.clear()


def test_without_script_there_is_a_sentence(phone):
    assert NL["no_script"] in phone.get("/v/").content.decode().split("<noscript>")[1].split("</noscript>")[0]


def test_only_asking_and_looking(phone):
    assert phone.put("/v/").status_code == 405
    assert phone.get("/v/12345").status_code in (301, 404)
