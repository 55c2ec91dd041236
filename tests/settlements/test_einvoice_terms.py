"""The terms of an e-invoice one by one, on plain values: each amount, note, party, rate and sign to the letter."""

import json
import sys
from datetime import date
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree

import pytest
from lxml import etree

from kbl.settlements.documents import statement_pdf
from kbl.settlements.documents.einvoice import checks, issue, nlcius, schematron, terms, ubl
from kbl.settlements.documents.einvoice.checks import BrokenRule, RulesNotRun
from kbl.settlements.documents.einvoice.terms import EInvoiceTotals
from kbl.settlements.documents.line_groups import LineGroup
from kbl.settlements.models import VatTreatment

EUR = Decimal
UBL = "urn:oasis:names:specification:ubl:schema:xsd"
LOW, HIGH, EXEMPT, OUTSIDE = VatTreatment.LOW, VatTreatment.HIGH, VatTreatment.EXEMPT, VatTreatment.OUTSIDE


def statement(**changes) -> SimpleNamespace:
    """An invoice of 87 euros, VAT apart, in credit by nothing."""
    net, vat = changes.get("net", EUR(87)), changes.get("vat", EUR(0))
    made = {
        "pk": 1,
        "number": "VEN-2025-0001",
        "invoice_number": "VEN-2025-0001",
        "net": net,
        "vat": vat,
        "carried_in": EUR(0),
        "carried_out": EUR(0),
        "is_credit": False,
        **changes,
    }
    return SimpleNamespace(**made, total=net + vat)


def group(count: int, unit: str, vat: VatTreatment = EXEMPT, *, corrects: str = "", notes=()) -> SimpleNamespace:
    net = count * EUR(unit)
    words = "Correctie" if corrects else "Lidmaatschapsjaren"
    return SimpleNamespace(
        count=count, unit=EUR(unit), net=net, vat=vat, vat_rate=vat.rate, corrects=corrects, words=words, notes=[*notes]
    )


PARTY = {"name": "Bibliotheek Venlo", "payee": "Bibliotheek Venlo", "iban": "NL91ABNA0417164300", "kvk": "12345678"}
PARTY |= {"street": "Pleinstraat 1", "postcode": "5900 AA", "city": "Venlo", "vat_id": "NL004495445B01"}
SHOWN = {"party": PARTY, "debtor": {"name": "Cubiss"}, "self_billed": False, "credit": EUR(12)}
SHOWN |= {"due_on": date(2026, 2, 11), "payment_days": 30}


@pytest.mark.parametrize(
    ("made", "net", "vat", "prepaid", "gross", "due"),
    [
        (statement(vat=EUR("18.27")), "87", "18.27", "0", "105.27", "105.27"),
        (statement(carried_in=EUR(-40)), "87", "0", "40", "87", "47"),
        (statement(carried_in=EUR(-100)), "87", "0", "87", "87", "0"),
        (statement(net=EUR(-87), vat=EUR("-18.27"), is_credit=True), "87", "18.27", "0", "105.27", "105.27"),
        (statement(net=EUR(-87), carried_in=EUR(-5), is_credit=True), "87", "0", "0", "87", "87"),
    ],
)
def test_what_it_comes_to(made, net, vat, prepaid, gross, due):
    totals = terms.totals_of(made)
    assert (totals.net, totals.vat, totals.prepaid) == (EUR(net), EUR(vat), EUR(prepaid))
    assert (totals.gross, totals.due) == (EUR(gross), EUR(due))


@pytest.mark.parametrize(
    ("made", "self_billed", "notes"),
    [
        (statement(), False, []),
        (statement(), True, ["Factuur uitgereikt door afnemer."]),
        (statement(invoice_number="2026-17"), False, ["Kenmerk bij Cubiss: VEN-2025-0001."]),
        (statement(carried_in=EUR(-40)), False, ["Tegoed uit een eerder kwartaal: € 40,00."]),
        (
            statement(carried_out=EUR(-12)),
            False,
            ["Het tegoed van € 12,00 wordt verrekend met de volgende afrekening."],
        ),
        (
            statement(carried_in=EUR(-5), carried_out=EUR(-12)),
            True,
            [
                "Factuur uitgereikt door afnemer.",
                "Tegoed uit een eerder kwartaal: € 5,00.",
                "Het tegoed van € 12,00 wordt verrekend met de volgende afrekening.",
            ],
        ),
    ],
)
def test_what_the_paper_says_in_words_is_noted(made, self_billed, notes):
    said = terms._notes(made, {**SHOWN, "self_billed": self_billed})
    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in said] == notes


@pytest.mark.parametrize(
    ("credit", "self_billed", "code"), [(False, False, "380"), (False, True, "389"), (True, False, "381")]
)
def test_what_sort_of_document_it_is(credit, self_billed, code):
    assert terms._type_code(statement(is_credit=credit), self_billed=self_billed) == code
    assert terms._type_code(statement(is_credit=True), self_billed=True) == "381", "whoever drew it up"


def test_how_it_reaches_its_party():
    totals = EInvoiceTotals(EUR(87), EUR(0), EUR(0))
    way = terms._payment(statement(invoice_number="2026-17"), SHOWN, totals)
    words = "Betaaltermijn: 30 dagen. Cubiss betaalt na akkoord en goedkeuring."
    assert way == {"BT-81": "58", "BT-83": "VEN-2025-0001", "BT-84": PARTY["iban"], "BT-9": date(2026, 2, 11)} | {
        "BT-20": words
    }
    through = {**SHOWN, "party": {**PARTY, "payee": "Stichting Samen"}}
    assert terms._payment(statement(), through, totals)["BG-10"] == {"name": "Stichting Samen"}
    credit = terms._payment(statement(is_credit=True), SHOWN, totals)
    assert credit == {"BT-81": "57", "BT-20": "Wordt verrekend met de volgende afrekening."}
    for prepaid in (EUR(87), EUR(88)):
        assert terms._payment(statement(), SHOWN, EInvoiceTotals(EUR(87), EUR(0), prepaid)) == {}
    assert terms._payment(statement(), SHOWN, EInvoiceTotals(EUR("0.01"), EUR(0), EUR(0)))["BT-81"] == "58"


@pytest.mark.parametrize(
    ("vat_id", "with_vat_id", "named"), [("NL1", True, True), ("NL1", False, False), ("", True, False)]
)
def test_a_party_is_named_by_its_legal_data(vat_id, with_vat_id, named):
    said = terms._party({**PARTY, "vat_id": vat_id}, with_vat_id=with_vat_id)
    place = {"addr_l1": "Pleinstraat 1", "postcode": "5900 AA", "city": "Venlo", "country_code": "NL"}
    register = {"legal_identifier": "12345678", "legal_identifier_schemeid": "0106"}
    assert said == {"name": "Bibliotheek Venlo"} | register | place | ({"vat_identifier": vat_id} if named else {})


@pytest.mark.parametrize(
    ("row", "credit", "count", "net", "price"),
    [
        (group(2, "45"), False, "2", "90.00", "45.00"),
        (group(2, "-45", corrects="VEN-1"), False, "-2", "-90.00", "45.00"),
        (group(2, "-45", corrects="VEN-1"), True, "2", "90.00", "45.00"),
        (group(2, "45"), True, "-2", "-90.00", "45.00"),
    ],
)
def test_a_line_has_a_price_above_nothing_and_the_sign_in_its_number(row, credit, count, net, price):
    line = terms._line(3, row, statement(is_credit=credit), {EXEMPT})
    assert (line["BT-126"], line["BT-129"], line["BT-130"], line["BT-131"]) == ("3", count, "C62", net)
    assert (line["BT-146"], line["BT-153"], line["BT-151"], line["BT-152"]) == (price, row.words, "E", "0")


def test_a_line_that_does_not_add_up_is_no_line():
    row = group(2, "45")
    row.net = EUR("90.01")
    with pytest.raises(statement_pdf.DoesNotAddUp, match="statement 1, Lidmaatschapsjaren"):
        terms._line(1, row, statement(), {EXEMPT})


def test_outside_vat_says_so_at_the_line_only_beside_another():
    row = group(1, "4", OUTSIDE, notes=["één laat"])
    alone, beside = (terms._line(1, row, statement(), kinds) for kinds in ({OUTSIDE}, {OUTSIDE, LOW}))
    assert alone["BT-127-00"] == [{"BT-127": "één laat"}] and alone["BT-151"] == "O" and "BT-152" not in alone
    assert beside["BT-127-00"] == [{"BT-127": f"één laat; {terms.NO_ENTREPRENEUR}"}]
    assert (beside["BT-151"], beside["BT-152"]) == ("E", "0")
    low = terms._line(1, group(1, "45", LOW), statement(), {OUTSIDE, LOW})
    assert (low["BT-151"], low["BT-152"], low["BT-127-00"]) == ("S", "9", [{"BT-127": ""}])


def test_vat_is_told_per_category_and_rate():
    groups = [group(1, "100", HIGH), group(1, "10", HIGH), group(1, "45", LOW), group(1, "4", OUTSIDE)]
    rows = terms._vat_breakdown(groups, statement(), "Vrij.")
    outside = {"BT-116": "4.00", "BT-117": "0.00", "BT-118": "E", "BT-119": "0", "BT-120": terms.NO_ENTREPRENEUR}
    low = {"BT-116": "45.00", "BT-117": "4.05", "BT-118": "S", "BT-119": "9"}
    assert rows == [outside, low, {"BT-116": "110.00", "BT-117": "23.10", "BT-118": "S", "BT-119": "21"}]
    (alone,) = terms._vat_breakdown([group(1, "-4", OUTSIDE)], statement(is_credit=True), "Vrij.")
    assert alone == {"BT-116": "4.00", "BT-117": "0.00", "BT-118": "O", "BT-120": terms.NO_ENTREPRENEUR}
    (mixed,) = terms._vat_breakdown([group(1, "45"), group(1, "4", OUTSIDE)], statement(), "Vrij.")
    assert (mixed["BT-116"], mixed["BT-120"]) == ("49.00", f"Vrij. {terms.NO_ENTREPRENEUR}")
    (credit,) = terms._vat_breakdown([group(1, "-100", HIGH)], statement(is_credit=True), "Vrij.")
    assert (credit["BT-116"], credit["BT-117"]) == ("100.00", "21.00") and "BT-120" not in credit


@pytest.mark.parametrize(
    ("amount", "text"), [("-0.00", "0.00"), ("5", "5.00"), ("-5.1", "-5.10"), ("1234.5", "1234.50")]
)
def test_an_amount_has_two_decimals_and_nothing_has_no_sign(amount, text):
    assert terms._text(EUR(amount)) == text


@pytest.mark.parametrize(("vat", "words"), [(HIGH, "21 %"), (LOW, "9 %"), (EXEMPT, "vrijgesteld"), (OUTSIDE, "geen")])
def test_vat_in_words(vat, words):
    assert LineGroup("Iets", EUR(1), vat, EUR(vat.rate)).vat_words == words


READ_BACK = {
    "LineExtensionAmount": "87.00",
    "TaxExclusiveAmount": "87.00",
    "TaxInclusiveAmount": "105.27",
    "PayableAmount": "65.27",
}


def xml(number: str = "VEN-1", tax: str = "18.27", root: str = "Invoice", **changes: str | None) -> etree._Element:
    money = {name: amount for name, amount in (READ_BACK | changes).items() if amount is not None}
    spaces = f'xmlns="{UBL}:{root}-2" xmlns:cac="{UBL}:CommonAggregateComponents-2"'
    spaces += f' xmlns:cbc="{UBL}:CommonBasicComponents-2"'
    amounts = "".join(f"<cbc:{name}>{amount}</cbc:{name}>" for name, amount in money.items())
    text = f"<cbc:ID>{number}</cbc:ID><cac:TaxTotal><cbc:TaxAmount>{tax}</cbc:TaxAmount></cac:TaxTotal>"
    totals = f"<cac:LegalMonetaryTotal>{amounts}</cac:LegalMonetaryTotal>"
    return etree.fromstring(f"<{root} {spaces}>{text}{totals}</{root}>")


TOTALS = EInvoiceTotals(EUR("87.00"), EUR("18.27"), EUR(40))


def test_read_back_it_says_what_the_books_say():
    assert checks._differs(xml(), "VEN-1", TOTALS) == []
    assert checks._differs(xml("VEN-2"), "VEN-1", TOTALS) == ["The number is another."]
    assert checks._differs(xml(tax="18.28"), "VEN-1", TOTALS) == ["TaxAmount is 18.28, the books say 18.27."]


@pytest.mark.parametrize("name", READ_BACK)
def test_each_amount_is_read_back_to_the_cent(name):
    other = str(EUR(READ_BACK[name]) + EUR("0.01"))
    assert checks._differs(xml(**{name: other}), "VEN-1", TOTALS) == [
        f"{name} is {other}, the books say {READ_BACK[name]}."
    ]
    assert checks._differs(xml(**{name: None}), "VEN-1", TOTALS) == [
        f"{name} is None, the books say {READ_BACK[name]}."
    ]


def test_what_is_no_invoice_is_none():
    assert checks._xsd(xml(root="Order")) == ["This is neither an Invoice nor a CreditNote."]
    for root in ("Invoice", "CreditNote"):
        assert checks._xsd(xml(root=root)) != ["This is neither an Invoice nor a CreditNote."] != []


@pytest.mark.parametrize(
    ("answer", "refused"), [(b"[[]]", False), (b"[[], []]", True), (b"[]", True), (b"no json", True)]
)
def test_as_many_answers_as_invoices(answer, refused, monkeypatch):
    asked = []
    monkeypatch.setattr(checks, "run_rules", lambda text, *, seconds: asked.append((text, seconds)) or answer)
    if refused:
        with pytest.raises(RulesNotRun):
            checks._cen([b"<a/>"])
    else:
        assert checks._cen([b"<a/>"]) == [[]]
    ((text, seconds),) = asked
    assert json.loads(text)["invoices"] == ["<a/>"] and seconds == 65


def test_the_rules_are_asked_about_nothing_and_answer_by_name_and_words(monkeypatch):
    monkeypatch.setattr(checks, "run_rules", lambda text, *, seconds: b'[[["BR-1", "No."]], []]')
    assert checks._cen([b"<a/>", b"<b/>"]) == [[BrokenRule("BR-1", "No.")], []]
    monkeypatch.setattr(checks, "run_rules", None)
    assert checks._cen([]) == []


def report(*rules: str, fired: bool = True) -> ElementTree.Element:
    inside = ("<s:fired-rule/>" if fired else "") + "".join(rules)
    return ElementTree.fromstring(
        f'<s:schematron-output xmlns:s="{schematron.SVRL[1:-1]}">{inside}</s:schematron-output>'
    )


def test_what_saxon_reports():
    failed = '<s:failed-assert id="BR-1" flag="fatal"><s:text>Not\n  good.</s:text></s:failed-assert>'
    told = '<s:successful-report id="BR-2"><s:text>Bad.</s:text></s:successful-report>'
    warned = '<s:failed-assert id="BR-3" flag="warning"><s:text>Hm.</s:text></s:failed-assert>'
    assert schematron._broken(report(failed, told, warned)) == [("BR-1", "Not good."), ("BR-2", "Bad.")]
    assert schematron._broken(report()) == []
    assert schematron._broken(report(fired=False)) == [("CEN", "No rule was applied.")]
    nameless = "<s:failed-assert><s:text>Bad.</s:text></s:failed-assert>"
    assert schematron._broken(report(nameless)) == [("CEN", "Bad.")]


class TestMaking:
    """Two invoices; what goes wrong with one is told of that one."""

    @pytest.fixture(autouse=True)
    def plain(self, monkeypatch):
        monkeypatch.setattr(issue, "is_due", lambda each: each.pk != 3)
        monkeypatch.setattr(issue, "terms_of", lambda each: {"pk": each.pk})
        monkeypatch.setattr(issue, "write", self.write)
        self.many = [statement(pk=1), statement(pk=2), statement(pk=3), statement(pk=4)]
        self.set = monkeypatch.setattr

    @staticmethod
    def write(said: dict) -> bytes:
        if said["pk"] == 4:
            raise ValueError("no text")
        return b"<%d/>" % said["pk"]

    def test_who_has_one_who_is_refused_and_who_is_not_asked(self):
        self.set(issue.checks, "check", lambda many: [[], [BrokenRule("A", "a"), BrokenRule("A", "b")]])
        made = issue.make(self.many)
        assert made[1] == b"<1/>" and made[2].rules == ["A"] and isinstance(made[4], ValueError) and 3 not in made
        assert str(made[2]) == "statement 2: A" and len(made[2].broken) == 2

    def test_rules_that_do_not_run_approve_nothing_and_hide_nothing(self):
        def stopped(many):
            raise RulesNotRun("TimeoutExpired")

        self.set(issue.checks, "check", stopped)
        made = issue.make(self.many)
        assert {pk: type(each) for pk, each in made.items()} == {1: RulesNotRun, 2: RulesNotRun, 4: ValueError}
        with pytest.raises(ValueError, match="no text"):
            issue.make_one(self.many[3])

    def test_what_is_checked_is_what_the_books_say(self):
        asked = []
        self.set(issue.checks, "check", lambda many: asked.extend(many) or [[] for _ in many])
        assert issue.make_one(statement(pk=1, invoice_number="2026-17")) == b"<1/>"
        assert issue.make_one(self.many[2]) is None
        assert asked == [(b"<1/>", "2026-17", EInvoiceTotals(EUR(87), EUR(0), EUR(0)))]


@pytest.mark.parametrize(("nil", "awaits", "kind", "due"), [
    (False, False, "invoice", True),
    (True, False, "invoice", False),
    (False, True, "invoice", False),
    (True, True, "declaration", False),
])  # fmt: skip
def test_who_is_due_one(nil, awaits, kind, due):
    assert issue.is_due(SimpleNamespace(is_nil=nil, awaits_number=awaits, kind=kind)) is due


def test_it_says_that_it_is_dutch_or_it_is_not_written(monkeypatch):
    for text, good in ((ubl._EUROPEAN, True), (b"", False), (ubl._EUROPEAN * 2, False)):
        written = ModuleType("facturx.generate_xml")
        written.generate_ubl_xml = lambda *_, text=text, **__: b"<a>" + text + b"</a>"
        monkeypatch.setitem(sys.modules, "facturx.generate_xml", written)
        if good:
            assert ubl.CUSTOMIZATION.encode() in ubl.write({})
        else:
            with pytest.raises(RuntimeError):
                ubl.write({})


@pytest.mark.parametrize(("code", "root", "broken"), [
    ("380", "Invoice", set()), ("384", "Invoice", {"BR-NL-9"}), ("389", "Invoice", set()),
    ("386", "Invoice", {"BR-NL-7"}),
    ("381", "Invoice", {"BR-NL-8", "BR-NL-9"}), ("381", "CreditNote", {"BR-NL-9"}), ("380", "CreditNote", {"BR-NL-8"}),
])  # fmt: skip
def test_which_type_fits_which_document(code, root, broken):
    tree = xml(root=root)
    etree.SubElement(tree, f"{{{UBL}:CommonBasicComponents-2}}{root}TypeCode").text = code
    assert {"BR-NL-7", "BR-NL-8", "BR-NL-9"} & set(nlcius.broken(tree)) == broken


@pytest.mark.parametrize(
    ("due", "way", "broken"), [("0.00", False, False), ("0.01", False, True), ("0.01", True, False)]
)
def test_what_is_due_has_a_way(due, way, broken):
    tree = xml(PayableAmount=due)
    if way:
        etree.SubElement(tree, f"{{{UBL}:CommonAggregateComponents-2}}PaymentMeans")
    assert ("BR-NL-11" in nlcius.broken(tree)) is broken
    assert "BR-NL-11" in nlcius.broken(xml(PayableAmount=None)), "what says nothing is not good"
