"""Whatever a statement holds, its e-invoice passes every rule and comes to the same cent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbl.money import ZERO, euro, percentage
from kbl.periods import Quarter
from kbl.settlements.documents import statement_pdf
from kbl.settlements.documents.einvoice import checks
from kbl.settlements.documents.einvoice.terms import terms_of, totals_of
from kbl.settlements.documents.einvoice.ubl import write
from kbl.settlements.documents.line_groups import LineGroup
from kbl.settlements.models import Closing, Statement, VatTreatment
from tests.conftest import at

TODAY = date(2026, 4, 12)
TREATMENTS = st.sampled_from(list(VatTreatment))
AMOUNTS = st.decimals(min_value="0.01", max_value="999999.99", places=2)


class Lines(list):
    """As many lines as a number says: a group asks no more of them here than how many there are."""

    def __init__(self, count: int, net: Decimal) -> None:
        super().__init__(Row(net) for _ in range(count))


class Row:
    """A line of an amount, on time and in its first year."""

    membership_year, is_late, corrects = None, False, None

    def __init__(self, net: Decimal) -> None:
        self.net = net


@st.composite
def group(draw) -> LineGroup:
    """New lines of one tariff, or corrections of an earlier statement."""
    vat, amount, count = draw(TREATMENTS), draw(AMOUNTS), draw(st.integers(1, 30))
    corrects = draw(st.sampled_from(["", "", "VEN-2025-0001", "VEN-2025-0002"]))
    unit = -amount if corrects else amount
    words = f"Correctie op {corrects}" if corrects else "Lidmaatschapsjaren"
    return LineGroup(words, unit, vat, vat.rate, Lines(count, unit), corrects)


@st.composite
def statement(draw) -> tuple[Statement, list[LineGroup]]:
    """A statement of such groups, with or without an earlier credit, by us or by the library's own hand."""
    groups = draw(st.lists(group(), min_size=1, max_size=6))
    if not any(each.corrects for each in groups):
        groups[0].corrects = ""
    rates: dict[Decimal, Decimal] = {}
    for each in groups:
        rates[each.vat_rate] = rates.get(each.vat_rate, ZERO) + each.net
    quarter = Quarter(2026, 1)
    closing = Closing(quarter=quarter, closed_at=at(TODAY))
    made = Statement(
        pk=1,
        closing=closing,
        kind="invoice",
        number="VEN-2026-0001",
        net=sum(rates.values(), ZERO),
        vat=sum((percentage(net, rate) for rate, net in rates.items()), ZERO),
        carried_in=-draw(st.sampled_from([ZERO, Decimal("0.01"), Decimal("39.00"), Decimal("123456.78")])),
        particulars={
            "name": draw(st.sampled_from(["Bibliotheek Venlo", "Bibliotheek 's-Gravenvoeren & Zn. <b>", "Café ü €"])),
            "street": "Pleinstraat 1",
            "postcode": "5900 AA",
            "city": "Venlo",
            "kvk": "12345678",
            "vat_id": "NL004495445B01",
            "iban": "NL91ABNA0417164300",
            "payee": draw(st.sampled_from(["Bibliotheek Venlo", "Stichting Samen"])),
            "self_billing_since": draw(st.sampled_from([None, (TODAY - timedelta(days=9)).isoformat()])),
        },
    )
    return made, groups


@pytest.fixture
def cubiss_pays(programme, cubiss) -> None:
    """The other party and the programme's words."""


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(many=st.lists(statement(), min_size=8, max_size=8))
def test_whatever_a_statement_holds_its_e_invoice_is_good_and_comes_to_the_same_cent(many, cubiss_pays):
    """Eight at a time, because starting the CEN rules takes longer than running them."""
    asked = []
    for made, groups in many:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(statement_pdf, "groups_of", lambda _, groups=groups: groups)
            terms = terms_of(made)
        totals = totals_of(made)
        sign = -1 if made.is_credit else 1
        assert totals.due == (made.payable if sign == 1 else -made.total)
        assert totals.due >= 0
        assert sum((Decimal(row["BT-117"]) for row in terms["BG-23"]), ZERO) == euro(made.vat * sign)
        assert sum((Decimal(line["BT-131"]) for line in terms["BG-25"]), ZERO) == euro(made.net * sign)
        assert all(Decimal(line["BT-146"]) > 0 for line in terms["BG-25"])
        asked.append((write(terms), "VEN-2026-0001", totals))
    for (_, groups), broken in zip(many, checks.check(asked), strict=True):
        assert broken == [], [(each.vat, each.unit, each.count, each.corrects) for each in groups]
