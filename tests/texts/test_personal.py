"""What looks like somebody is seen however it is written; honest names with digits pass."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from kbl.texts.personal import Looks, looks_like, refuse

HONEST = [line for line in Path(__file__).with_name("honest.txt").read_text().splitlines() if line]


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_name_with_digits_passes(text):
    assert looks_like(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("111222333", Looks.BSN),
        ("bsn111222333", Looks.BSN),
        ("BSN: 111 222 333", Looks.BSN),
        ("111.222.333", Looks.BSN),
        ("111-222-333", Looks.BSN),
        ("111_222_333", Looks.BSN),
        ("1112.22.333", Looks.BSN),
        ("111\N{NO-BREAK SPACE}222\N{NO-BREAK SPACE}333", Looks.BSN),
        ("111\N{EN DASH}222\N{EN DASH}333", Looks.BSN),
        ("1112\N{ZERO WIDTH SPACE}22333", Looks.BSN),
        ("１１１２２２３３３", Looks.BSN),
        ("١١١٢٢٢٣٣٣", Looks.BSN),
        ("06-12345678", Looks.PHONE),
        ("Markt 2 06-12345678", Looks.PHONE),
        ("06 12 34 56 78", Looks.PHONE),
        ("bel 0612345678", Looks.PHONE),
        ("06.1234.5678", Looks.PHONE),
        ("+31 6 12345678", Looks.PHONE),
        ("+31 (0)6 12345678", Looks.PHONE),
        ("0031612345678", Looks.PHONE),
        ("046 437 58 30", Looks.PHONE),
        ("(046) 437 58 30", Looks.PHONE),
        ("077/3512345", Looks.PHONE),
        ("+32 475 12 34 56", Looks.PHONE),
        ("0049 241 1234567", Looks.PHONE),
        ("06\N{EN DASH}12345678", Looks.PHONE),
        ("jan@voorbeeld.nl", Looks.EMAIL),
        ("Jan <jan.de.vries@voorbeeld.example>", Looks.EMAIL),
        ("jan＠voorbeeld.nl", Looks.EMAIL),
        ("NL91ABNA0417164300", Looks.IBAN),
        ("nl91 abna 0417 1643 00", Looks.IBAN),
        ("NL91-ABNA-0417-1643-00", Looks.IBAN),
        ("BE68 5390 0754 7034", Looks.IBAN),
        ("DE89370400440532013000", Looks.IBAN),
        ("5911 AB 12", Looks.ADDRESS),
        ("5911AB12", Looks.ADDRESS),
        ("5911 AB, nr. 12", Looks.ADDRESS),
        ("Markt 12, 5911 AB", Looks.ADDRESS),
        ("Dorpsstraat 7a, 6101 XZ Echt", Looks.ADDRESS),
    ],
)
def test_what_looks_like_somebody_is_seen_however_it_is_written(text, kind):
    assert kind in looks_like(text)
    assert kind in looks_like(f"Stichting {text} Venlo")
    with pytest.raises(ValidationError) as refused:
        refuse(text)
    assert text not in str(refused.value), "the sentence does not repeat it"


def test_a_column_may_be_meant_for_one_kind():
    refuse("046 437 58 30", but=[Looks.PHONE])
    refuse("0 123 456 782", but=[Looks.PHONE])  # of which the last nine are a valid BSN, by chance
    with pytest.raises(ValidationError):
        refuse("111222333", but=[Looks.PHONE])
