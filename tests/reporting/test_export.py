"""The file of the running figures: every row, and no cell that a spreadsheet would calculate."""

import csv
import io

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kbl.spreadsheets import STARTERS, inert


@pytest.mark.parametrize("starter", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_would_calculate_gets_an_apostrophe(starter):
    assert inert(starter).startswith("'")


@given(st.text())
def test_no_text_starts_a_formula(text):
    assert not inert(text).lstrip(" \u00a0").startswith(STARTERS)


def test_the_file_has_every_row_and_its_figures(two_quarters, signed_in, coordinator, venlo):
    venlo.name = "=Bibliotheek Venlo"
    venlo.save()
    answer = signed_in(coordinator).get(reverse("cubiss:current_figures_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["tabel", "rij", "wat", "sinds 2025-Q4", "sinds de start", "stand op"]
    found = {(table, name, what): (added, all_) for table, name, what, added, all_, _ in rows[1:]}
    assert found["Per bibliotheek", "'=Bibliotheek Venlo", "Nieuw lid"] == ("0", "12")
    assert found["Het hele programma", "Nieuw en omgezet (doel A)", "Aantal"] == ("0", "19")
