"""Dutch amounts, numbers and days; forms whose errors can be found; panels and badges that say it in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kbl import formats
from kbl.templatetags import kbl as parts
from kbl.templatetags.states import STATES
from vouchers.models import Voucher

NBSP = "\N{NO-BREAK SPACE}"


def page(source: str, **context: object) -> str:
    return Template("{% load kbl kbl_forms %}" + source).render(Context(context))


class Desk(forms.Form):
    number = forms.CharField(label="Vouchernummer", help_text="Scan of typ het nummer.")
    kind = forms.ChoiceField(
        label="Wat is het?", choices=[("n", "Nieuw lid"), ("c", "Bestaand lid")], widget=forms.RadioSelect
    )
    on = forms.DateField(label="Vanaf", required=False)
    agreed = forms.BooleanField(label="Protocol gelezen")
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Decimal("1234.5"), f"€{NBSP}1.234,50"),
        (Decimal("0"), f"€{NBSP}0,00"),
        (Decimal("-45.00"), f"\N{MINUS SIGN}€{NBSP}45,00"),
        (946_500, f"€{NBSP}946.500,00"),
        (None, "–"),
    ],
)
def test_an_amount_in_euros(amount, words):
    assert formats.euro(amount) == words


def test_numbers_and_parts_of_one():
    assert formats.number(12500) == "12.500"
    assert formats.number(-1200) == "\N{MINUS SIGN}1.200"
    assert formats.number(Decimal("2.5"), 1) == "2,5"
    assert formats.percent(Decimal("0.374")) == f"37{NBSP}%"
    assert formats.percent(0.128, 1) == f"12,8{NBSP}%"
    assert formats.percent(None) == "–"


@given(st.decimals("-5", "5", places=6), st.integers(0, 2))
def test_a_percentage_is_rounded_and_never_cut_off(ratio, decimals):
    written = formats.percent(ratio, decimals).removesuffix(f"{NBSP}%")
    shown = Decimal(written.replace(".", "").replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    assert abs(shown - ratio * 100) <= Decimal("0.5").scaleb(-decimals)
    assert shown == formats.percent_value(ratio, decimals)  # what a file beside the screen holds
    assert not written.startswith("\N{MINUS SIGN}0") or shown  # no minus before nothing


def test_the_provinces_own_example():
    assert formats.percent(Decimal("0.01484"), 1) == f"1,5{NBSP}%"
    assert formats.number(Decimal("2.45"), 1) == "2,5" and formats.number(Decimal("0.5")) == "1"


def test_a_number_with_its_word():
    assert [formats.voucher_count(count) for count in (0, 1, 12500)] == ["0 vouchers", "1 voucher", "12.500 vouchers"]
    assert formats.counted(2, "pakket is", "pakketten zijn") == "2 pakketten zijn"
    assert formats.plural(1, "kwam", "kwamen") == "kwam"
    assert page('{{ n|counted:"regel,regels" }} {{ n|plural:"is,zijn" }}, {{ n|voucher_count }}', n=1) == (
        "1 regel is, 1 voucher"
    )


def test_a_voucher_number_in_its_three_groups():
    assert "0012345 482913 7" in parts.voucher_number("00123454829137")
    assert formats.serial(12345) == "0012345"


def test_a_moment_is_told_in_local_time():
    new_year = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert formats.day(new_year) == f"1{NBSP}januari{NBSP}2026"
    assert formats.moment(new_year) == f"1{NBSP}jan{NBSP}2026,{NBSP}00:30"
    assert formats.short_day(date(2026, 3, 9)) == f"9{NBSP}mrt{NBSP}2026"


def test_an_icon_is_decoration_unless_it_has_a_name():
    assert 'aria-hidden="true"' in page('{% icon "check" %}')
    assert 'role="img" aria-label="Klaar"' in page('{% icon "check" label="Klaar" %}')


@pytest.mark.parametrize("status", Voucher.Status)
def test_every_status_of_a_voucher_has_its_look(status):
    assert status in STATES


def test_a_status_without_a_look_stops_instead_of_borrowing_one():
    with pytest.raises(KeyError):
        page('{% status_badge "new" "iets nieuws" %}')


def test_what_people_typed_stays_text():
    html = page("{% answer 'refusal' title %}<p>{{ typed }}</p>{% endanswer %}", title="<b>", typed="<script>")
    assert "&lt;b&gt;" in html
    assert "&lt;script&gt;" in html


def test_a_field_is_tied_to_its_help_and_its_errors():
    html = page("{% field form.number %}", form=Desk({}))
    assert '<label for="id_number">' in html
    assert 'aria-describedby="id_number_helptext id_number_error"' in html
    assert 'id="id_number_helptext"' in html
    assert 'id="id_number_error"' in html
    assert 'aria-invalid="true"' in html


def test_help_can_be_changed_and_taken_away():
    assert "Anders" in page("{% field form.number help='Anders' %}", form=Desk())
    assert "describedby" not in page("{% field form.number help=None %}", form=Desk())


def test_attributes_reach_the_widget():
    html = page('{% field form.number class="kbl-number" data_autofocus=True %}', form=Desk())
    assert 'class="kbl-number"' in html
    assert "data-autofocus" in html


def test_a_choice_is_a_group_with_a_name():
    html = page("{% field form.kind %}", form=Desk())
    assert "<legend>Wat is het?" in html
    assert html.count('type="radio"') == 2


def test_only_what_is_not_needed_says_so():
    html = page("{% fields form %}", form=Desk())
    assert html.count("niet verplicht") == 1


def test_the_summary_leads_to_each_field():
    html = page("{% form_errors form %}", form=Desk({}))
    assert '<a href="#id_number">Vouchernummer: vul dit in.</a>' in html
    assert '<a href="#id_kind_0">' in html
    assert 'role="alert"' in html
    assert page("{% form_errors form %}", form=Desk()).strip() == ""


def test_pages_keep_the_filters():
    request = RequestFactory().get("/", {"q": "venlo", "page": "2"})
    html = page("{% pagination page %}", page=Paginator(range(95), 10).page(2), request=request)
    assert "q=venlo&amp;page=1" in html
    assert "q=venlo&amp;page=3" in html
    assert "95 in totaal" in html


def test_a_bar_never_leaves_its_ends():
    assert 'value="23"' in page("{% meter 'Doel A' 812 3500 %}")
    assert 'value="100"' in page("{% meter 'Budget' 5 4 %}")
    assert 'value="0"' in page("{% meter 'Niets' 0 0 %}")


def test_the_steps_of_a_statement():
    html = page("{% statement_steps 'approved' %}")
    assert html.count("is-done") == 3 and "Te betalen" in html
    assert html.count('aria-current="step"') == 1
    disputed = page("{% statement_steps 'disputed' %}")
    assert "Vraag gesteld" in disputed and "Akkoord" not in disputed and disputed.count("is-trouble") == 1
    assert "In betaling" in page("{% statement_steps 'in_payment' %}")
    assert "Opnieuw te betalen" in page("{% statement_steps 'approved' 5 True %}")
    nothing = page("{% statement_steps 'approved' 0 %}")
    assert "Niets te betalen" in nothing and nothing.count("is-done") == 4 and "Betaald" not in nothing
    assert "aria-current" not in nothing
    assert page("{% statement_steps 'paid' %}").count("is-done") == 5


def test_a_page_with_two_lists_turns_each_apart(rf):
    request = rf.get("/", {"page": "3", "spoor": "1"})
    html = page('{% pagination page "houders" %}', page=Paginator(range(95), 10).page(2), request=request)
    assert "?page=3&amp;spoor=1&amp;houders=1" in html and "?page=3&amp;spoor=1&amp;houders=3" in html
