"""Every e-invoice passes XSD, the CEN rules and the fatal Dutch ones, and says what the statement says to the cent."""

import hashlib
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from lxml import etree

from kbl.formats import euro
from kbl.money import ZERO
from kbl.organisations.models import EXEMPTION, Organisation, Programme
from kbl.settlements.closing import closing
from kbl.settlements.documents import issuing, statement_pdf
from kbl.settlements.documents.einvoice import checks, nlcius
from kbl.settlements.documents.einvoice.issue import EInvoiceRefused, is_due, make, make_one
from kbl.settlements.documents.einvoice.terms import terms_of, totals_of
from kbl.settlements.documents.einvoice.ubl import NAMESPACES
from kbl.settlements.models import Document, EInvoice, OwnNumber, Statement, Tariff
from libraries.models import Participation
from tests import by_two
from tests.archival_paper import assert_archival
from tests.conftest import at
from tests.settlements.conftest import PRESSED, Q1
from tests.told_once import told_once
from vouchers.numbers import SerialRange

globals().update(told_once("busy_quarter", of=__package__))


def invoice_of(closed, library) -> Statement:
    return closed.statements.get(kind="invoice", organisation=library)


class Told:
    """What an e-invoice says, by path."""

    def __init__(self, content: bytes) -> None:
        self.tree = etree.fromstring(content)

    def all(self, path: str) -> list[str]:
        return [each.text or "" for each in self.tree.findall(path, NAMESPACES)]

    def __getitem__(self, path: str) -> str:
        (text,) = self.all(path)
        return text

    @property
    def kind(self) -> str:
        return etree.QName(self.tree).localname

    def amount(self, name: str) -> Decimal:
        return Decimal(self[f"cac:LegalMonetaryTotal/cbc:{name}"])

    @property
    def vat(self) -> list[tuple[str, str, str, str]]:
        """Category, rate, taxable amount and VAT of each row of the breakdown."""
        return [
            tuple(
                row.findtext(path, "", NAMESPACES)
                for path in (
                    "cac:TaxCategory/cbc:ID",
                    "cac:TaxCategory/cbc:Percent",
                    "cbc:TaxableAmount",
                    "cbc:TaxAmount",
                )
            )
            for row in self.tree.findall("cac:TaxTotal/cac:TaxSubtotal", NAMESPACES)
        ]

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Number, price and net of each line."""
        return [
            tuple(
                next(line.iterfind(path, NAMESPACES)).text
                for path in (f"cbc:{self.quantity}", "cac:Price/cbc:PriceAmount", "cbc:LineExtensionAmount")
            )
            for line in self.tree.findall(f"cac:{self.kind}Line", NAMESPACES)
        ]

    @property
    def quantity(self) -> str:
        return "CreditedQuantity" if self.kind == "CreditNote" else "InvoicedQuantity"


def told(statement: Statement) -> Told:
    content = make_one(statement)
    assert content
    return Told(content)


@pytest.fixture
def treat(venlo) -> Callable[..., None]:
    """Venlo's memberships have this VAT from a day on."""

    def set_vat(vat: str, first_day: date = date(2025, 10, 1)) -> None:
        by_two.vat(organisation=venlo, kind="membership", first_day=first_day, vat=vat)

    return set_vat


@pytest.fixture
def close_q4(busy_quarter, coordinator):
    return lambda: closing.close(busy_quarter, by=coordinator, at=PRESSED)


# --- what it says -------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_it_says_who_what_and_how_much(closed, venlo):
    said = told(invoice_of(closed, venlo))
    assert said.kind == "Invoice"
    assert said["cbc:CustomizationID"] == "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
    assert (said["cbc:ID"], said["cbc:IssueDate"], said["cbc:InvoiceTypeCode"]) == (
        "VEN-2025-0001",
        "2026-01-12",
        "389",
    )
    assert said["cbc:BuyerReference"] == "KBL-LIMBURG"
    assert (said["cac:InvoicePeriod/cbc:StartDate"], said["cac:InvoicePeriod/cbc:EndDate"]) == (
        "2025-10-01",
        "2025-12-31",
    )
    seller, buyer = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
    assert said[f"{seller}/cac:PartyLegalEntity/cbc:CompanyID"] == "12345678"
    assert said[f"{seller}/cac:PostalAddress/cbc:PostalZone"] == "5900 AA"
    assert said[f"{buyer}/cac:PartyLegalEntity/cbc:RegistrationName"] == "Cubiss"
    assert said["cac:PaymentMeans/cbc:PaymentMeansCode"] == "58"
    assert said["cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"] == "NL91ABNA0417164300"
    assert said.lines == [("3", "42.00", "126.00")]
    assert said.vat == [("E", "0", "126.00", "0.00")]
    assert said.amount("PayableAmount") == invoice_of(closed, venlo).payable == Decimal("126.00")


def test_the_words_for_exemption_are_a_setting(closed, venlo):
    Programme.objects.update(exemption_words="Vrijgesteld, zegt de fiscalist.")
    said = told(invoice_of(closed, venlo))
    assert said["cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason"] == (
        "Vrijgesteld, zegt de fiscalist."
    )


@pytest.mark.parametrize(
    ("treatments", "breakdown"),
    [
        (["exempt"], [("E", "0", "126.00", "0.00")]),
        (["low"], [("S", "9", "126.00", "11.34")]),
        (["high"], [("S", "21", "126.00", "26.46")]),
        (["outside"], [("O", "", "126.00", "0.00")]),
        (["low", "high"], [("S", "9", "42.00", "3.78"), ("S", "21", "84.00", "17.64")]),
        (
            ["exempt", "low", "high"],
            [("E", "0", "42.00", "0.00"), ("S", "9", "42.00", "3.78"), ("S", "21", "42.00", "8.82")],
        ),
        (["outside", "exempt"], [("E", "0", "126.00", "0.00")]),
        (["outside", "low"], [("E", "0", "42.00", "0.00"), ("S", "9", "84.00", "7.56")]),
        (["outside", "exempt", "high"], [("E", "0", "84.00", "0.00"), ("S", "21", "42.00", "8.82")]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value[0], str) else "",
)
def test_every_vat_category_and_every_mix_passes_all_rules(treatments, breakdown, treat, close_q4, venlo):
    for day, vat in zip((3, 4, 5), treatments, strict=False):
        treat(vat, date(2025, 10, day))
    statement = invoice_of(close_q4(), venlo)
    said = told(statement)
    assert said.vat == breakdown
    assert said.amount("PayableAmount") == statement.payable == statement.net + statement.vat


def test_an_invoice_outside_vat_names_no_vat_id(treat, close_q4, venlo):
    treat("outside")
    said = told(invoice_of(close_q4(), venlo))
    assert said.all("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID") == []
    assert "geen ondernemer" in said["cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason"]


def test_a_mix_with_outside_says_so_at_the_line(treat, close_q4, venlo):
    treat("outside", date(2025, 10, 5))
    said = told(invoice_of(close_q4(), venlo))
    notes = said.all("cac:InvoiceLine/cbc:Note")
    assert [note for note in notes if "geen ondernemer" in note] == notes[-1:]


def test_drawn_up_by_the_buyer_it_says_so(busy_quarter, venlo, coordinator):
    Participation.objects.filter(library=venlo).update(self_billing_since=date(2026, 1, 12))
    statement = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    said = told(statement)
    assert said["cbc:InvoiceTypeCode"] == "389"
    assert "Factuur uitgereikt door afnemer." in said.all("cbc:Note")


def test_the_librarys_own_number_stands_in_the_place_of_ours(closed, venlo, manager):
    statement = invoice_of(closed, venlo)
    OwnNumber.objects.create(statement=statement, organisation=venlo, number="2026/17", at=PRESSED, by=manager)
    said = told(Statement.objects.get(pk=statement.pk))
    assert said["cbc:ID"] == "2026/17"
    assert said["cac:PaymentMeans/cbc:PaymentID"] == "VEN-2025-0001"
    assert "Kenmerk bij Cubiss: VEN-2025-0001." in said.all("cbc:Note")


def test_who_is_paid_through_another_says_to_whom(busy_quarter, venlo, landgraaf, coordinator):
    by_two.belongs(venlo, landgraaf)
    Organisation.objects.filter(pk=venlo.pk).update(iban="")
    said = told(invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo))
    assert said["cac:PayeeParty/cac:PartyName/cbc:Name"] == "Bibliotheek Landgraaf"
    assert said["cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"] == landgraaf.iban


# --- credits ------------------------------------------------------------------------------------------------------


@pytest.fixture
def taken_back(close_q4, venlo, coordinator) -> Callable[[int], Statement]:
    """The last quarter is closed and so many of Venlo's three lines are taken back."""

    def correct(count: int) -> Statement:
        first = invoice_of(close_q4(), venlo)
        for line in first.lines.order_by("pk")[:count]:
            by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 2, 1)))
        return first

    return correct


@pytest.fixture
def next_quarter(give, take, food_bank, worker, venlo, coordinator) -> Callable[[int], Statement]:
    """So many new memberships in the first quarter of 2026, and Venlo's statement over it."""

    def play(new: int) -> Statement:
        if new:
            serials = give(food_bank, worker, new, date(2026, 1, 20))
            take(venlo, serials, date(2026, 1, 22), spread=new)
        return invoice_of(closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12))), venlo)

    return play


@pytest.mark.both_engines
def test_a_credit_note_is_positive_and_names_what_it_takes_back(taken_back, next_quarter):
    taken_back(2)
    statement = next_quarter(1)
    said = told(statement)
    assert (said.kind, said["cbc:CreditNoteTypeCode"]) == ("CreditNote", "381")
    assert said["cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"] == "VEN-2025-0001"
    assert said.lines == [("-1", "45.00", "-45.00"), ("2", "42.00", "84.00")]
    assert said.amount("PayableAmount") == -statement.total == Decimal("39.00")
    assert said["cac:PaymentMeans/cbc:PaymentMeansCode"] == "57"


@pytest.mark.both_engines
def test_a_credit_that_the_buyer_drew_up_is_a_credit_note_that_says_so(taken_back, next_quarter, venlo):
    """NLCIUS knows no credit note drawn up by the buyer (261): it is 381, and the words say who made it."""
    taken_back(3)
    Participation.objects.filter(library=venlo).update(self_billing_since=date(2026, 1, 12))
    terms = terms_of(next_quarter(0))
    assert terms["BT-3"] == "381"
    assert {"BT-22": "Factuur uitgereikt door afnemer."} in terms["BG-1"]


@pytest.mark.parametrize("vat", ["exempt", "low", "high", "outside"])
def test_a_quarter_with_only_credits_passes_in_every_category(vat, treat, taken_back, next_quarter):
    treat(vat)
    taken_back(3)
    statement = next_quarter(0)
    said = told(statement)
    assert said.kind == "CreditNote"
    assert said.amount("TaxInclusiveAmount") == -statement.total
    assert Decimal(said["cac:TaxTotal/cbc:TaxAmount"]) == -statement.vat


def test_corrections_beside_more_that_is_new_are_negative_lines_of_an_invoice(taken_back, next_quarter):
    taken_back(1)
    said = told(next_quarter(2))
    assert said.kind == "Invoice"
    assert said.lines == [("2", "45.00", "90.00"), ("-1", "42.00", "-42.00")]
    assert said.all("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == ["VEN-2025-0001"]


@pytest.mark.parametrize(("new", "prepaid", "due"), [(1, "45.00", "0.00"), (2, "84.00", "6.00")])
def test_a_credit_that_is_settled_is_an_amount_paid_in_advance(
    new, prepaid, due, taken_back, next_quarter, give, take, food_bank, worker, venlo, coordinator
):
    taken_back(2)
    next_quarter(0)
    serials = give(food_bank, worker, new, date(2026, 4, 20))
    take(venlo, serials, date(2026, 4, 22), spread=new)
    statement = invoice_of(closing.close(Q1.next, by=coordinator, at=at(date(2026, 7, 12))), venlo)
    said = told(statement)
    assert (said.amount("PrepaidAmount"), said.amount("PayableAmount")) == (Decimal(prepaid), Decimal(due))
    assert statement.payable == Decimal(due)
    assert bool(said.all("cac:PaymentMeans")) == bool(statement.payable)
    assert f"Tegoed uit een eerder kwartaal: {euro(Decimal(84))}." in said.all("cbc:Note")


def test_as_much_taken_back_as_is_new_asks_for_nothing(treat, taken_back, next_quarter):
    by_two.no_tariff(Tariff.objects.filter(kind="membership", first_day=date(2026, 1, 1)))
    taken_back(1)
    statement = next_quarter(1)
    assert statement.total == ZERO and not statement.is_nil
    said = told(statement)
    assert (said.kind, said.amount("PayableAmount")) == ("Invoice", ZERO)


# --- who has one --------------------------------------------------------------------------------------------------


def test_a_nil_report_and_a_declaration_without_vat_have_none(closed, landgraaf, food_bank):
    nil, declaration = invoice_of(closed, landgraaf), closed.statements.get(organisation=food_bank)
    assert not is_due(nil) and not is_due(declaration)
    assert make([nil, declaration]) == {}
    for statement in (nil, declaration):
        document = issuing.issue_statement(statement, at=PRESSED)
        assert not pikepdf.open(io.BytesIO(document.content)).attachments
    assert not EInvoice.objects.exists()


@pytest.mark.both_engines
@pytest.mark.parametrize(("vat", "due"), [("low", True), ("high", True), ("exempt", False), ("outside", False)])
def test_a_declaration_is_due_one_at_any_rate_above_nothing(vat, due, busy_quarter, food_bank, coordinator):
    Organisation.objects.filter(pk=food_bank.pk).update(vat_id="NL004495445B01")
    by_two.vat(organisation=food_bank, kind="handling", first_day=date(2025, 1, 1), vat=vat)
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    assert is_due(closed.statements.get(organisation=food_bank)) is due


def test_a_declaration_with_vat_has_one(busy_quarter, food_bank, coordinator):
    Organisation.objects.filter(pk=food_bank.pk).update(vat_id="NL004495445B01")
    by_two.vat(organisation=food_bank, kind="handling", first_day=date(2025, 1, 1), vat="high")
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    statement = closed.statements.get(organisation=food_bank)
    said = told(statement)
    assert said["cbc:ID"] == "DECL-2025-0001"
    assert said.vat == [("S", "21", "20.00", "4.20")]
    assert said.amount("PayableAmount") == statement.payable == Decimal("24.20")


# --- kept, inside its paper ---------------------------------------------------------------------------------------


def test_it_is_kept_byte_for_byte_inside_its_pdf(closed, venlo):
    document = issuing.issue_statement(invoice_of(closed, venlo), at=PRESSED)
    kept = EInvoice.objects.get()
    content = bytes(kept.content)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.filename == "factuur-VEN-2025-0001.xml"
    pdf = pikepdf.open(io.BytesIO(document.content))
    (name,) = pdf.attachments
    attached = pdf.attachments[name]
    assert (name, attached.get_file().read_bytes()) == (kept.filename, content)
    assert attached.obj.AFRelationship == "/Alternative"
    assert [each.objgen for each in pdf.Root.AF] == [attached.obj.objgen], "named once"
    assert len(pdf.Root.Names.EmbeddedFiles.Names) == 2, "one name and one file"
    assert make_one(invoice_of(closed, venlo)) == content, "the same statement, the same bytes"


def test_the_paper_is_pdf_a_3a_and_says_that_it_is_pdf_ua_too(closed, venlo, landgraaf):
    for library in (venlo, landgraaf):
        document = issuing.issue_statement(invoice_of(closed, library), at=PRESSED)
        einvoice = ("factuur-VEN-2025-0001.xml",) if library == venlo else ()
        assert_archival(bytes(document.content), files=einvoice)


# --- what breaks a rule is not issued -----------------------------------------------------------------------------


SPOILED = {
    "another total": ("<cbc:PayableAmount currencyID=\"EUR\">126.00", "<cbc:PayableAmount currencyID=\"EUR\">127.00"),
    "another number": ("<cbc:ID>VEN-2025-0001</cbc:ID>", "<cbc:ID>VEN-2025-0002</cbc:ID>"),
    "an element that is none": ("<cbc:IssueDate>2026-01-12</cbc:IssueDate>", "<cbc:IssueDate>gisteren</cbc:IssueDate>"),
    "no norm": ("#compliant#urn:fdc:nen.nl:nlcius:v1.0", ""),
    "no register number": ('<cbc:CompanyID schemeID="0106">12345678</cbc:CompanyID>', ""),
    "a register of somewhere else": ('schemeID="0106">11223344', 'schemeID="0208">11223344'),
    "no buyer reference": ("<cbc:BuyerReference>KBL-LIMBURG</cbc:BuyerReference>", ""),
    "no street": ("<cbc:StreetName>Pleinstraat 1</cbc:StreetName>", ""),
    "no city": ("<cbc:CityName>Tilburg</cbc:CityName>", ""),
    "a type that NLCIUS refuses": ("<cbc:InvoiceTypeCode>389", "<cbc:InvoiceTypeCode>393"),
    "a credit that is no credit note": ("<cbc:InvoiceTypeCode>389", "<cbc:InvoiceTypeCode>381"),
    "a correction of nothing": ("<cbc:InvoiceTypeCode>389", "<cbc:InvoiceTypeCode>384"),
    "a cheque": ("<cbc:PaymentMeansCode>58", "<cbc:PaymentMeansCode>20"),
    "a sum that is wrong": ('<cbc:TaxableAmount currencyID="EUR">126', '<cbc:TaxableAmount currencyID="EUR">125'),
    "no reason for exemption": (f"<cbc:TaxExemptionReason>{EXEMPTION}</cbc:TaxExemptionReason>", ""),
    "a VAT id of no country": ("<cbc:CompanyID>NL004495445B01", "<cbc:CompanyID>99004495445B01"),
    "a currency that is none": ("<cbc:DocumentCurrencyCode>EUR", "<cbc:DocumentCurrencyCode>EURO"),
}  # fmt: skip
BROKEN = {
    "another total": {"KBL", "BR-CO-16"},
    "another number": {"KBL"},
    "an element that is none": {"XSD"},
    "no norm": {"SI-V20-INV-R000"},
    "no register number": {"BR-NL-1"},
    "a register of somewhere else": {"BR-NL-10"},
    "no buyer reference": {"BR-NL-2"},
    "no street": {"BR-NL-3"},
    "no city": {"BR-NL-4"},
    "a type that NLCIUS refuses": {"BR-NL-7"},
    "a credit that is no credit note": {"BR-NL-8", "BR-NL-9"},
    "a correction of nothing": {"BR-NL-9"},
    "a cheque": {"BR-NL-12"},
    "a sum that is wrong": {"BR-E-08"},
    "no reason for exemption": {"BR-E-10"},
    "a VAT id of no country": {"BR-CO-09"},
    "a currency that is none": {"BR-CL-04"},
}


def test_each_kind_of_spoiling_is_found_by_its_own_rule(closed, venlo):
    statement = invoice_of(closed, venlo)
    good = make_one(statement).decode()
    spoiled = []
    for name, (there, instead) in SPOILED.items():
        assert good.count(there) >= 1, name
        spoiled.append(good.replace(there, instead).encode())
    asked = [(content, "VEN-2025-0001", totals_of(statement)) for content in [good.encode(), *spoiled]]
    first, *found = checks.check(asked)
    assert first == []
    for name, broken in zip(SPOILED, found, strict=True):
        assert BROKEN[name] <= {each.rule for each in broken}, name
        assert all(each.words for each in broken)


@pytest.mark.parametrize(("vat", "rule"), [("exempt", "BR-E-02"), ("low", "BR-S-02"), ("high", "BR-S-02")])
def test_whoever_is_an_entrepreneur_has_a_vat_id(vat, rule, treat, close_q4, venlo):
    treat(vat)
    statement = invoice_of(close_q4(), venlo)
    statement.particulars["vat_id"] = ""
    with pytest.raises(EInvoiceRefused) as refused:
        make_one(statement)
    assert rule in refused.value.rules


def test_money_without_a_way_is_found(closed, venlo):
    tree = etree.fromstring(make_one(invoice_of(closed, venlo)))
    tree.remove(tree.find("cac:PaymentMeans", NAMESPACES))
    assert nlcius.broken(tree) == ["BR-NL-11"]


def test_one_that_breaks_a_rule_is_not_issued_and_the_others_are(closed, venlo, landgraaf, food_bank):
    """Cubiss' reference was emptied after the closing; once it is there again the sweeper makes the rest."""
    statement = invoice_of(closed, venlo)
    Organisation.objects.filter(slug="cubiss").update(buyer_reference="")
    with pytest.raises(EInvoiceRefused) as refused:
        issuing.make_all(closed, at=PRESSED)
    assert refused.value.rules == ["BR-NL-2"]
    assert list(issuing.lacking(closed)) == [statement]
    assert Document.objects.filter(kind="statement").count() == closed.statements.count() - 1
    assert not EInvoice.objects.exists()
    Organisation.objects.filter(slug="cubiss").update(buyer_reference="KBL-LIMBURG")
    issuing.make_all(closed, at=PRESSED)
    assert EInvoice.objects.get().statement == statement


def test_rules_that_cannot_be_run_approve_nothing(closed, venlo, monkeypatch, tmp_path):
    broken = tmp_path / "schematron.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(checks, "SCHEMATRON", broken)
    with pytest.raises(checks.RulesNotRun):
        issuing.issue_statement(invoice_of(closed, venlo), at=PRESSED)
    assert not Document.objects.exists() and not EInvoice.objects.exists()


def test_a_name_full_of_markup_is_text(busy_quarter, venlo, coordinator):
    Organisation.objects.filter(pk=venlo.pk).update(name='</cbc:Name><x a="&lt;">]]>&')
    said = told(invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo))
    name = said["cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName"]
    assert name == '</cbc:Name><x a="&lt;">]]>&'


def test_late_memberships_are_named_at_the_line(closed, venlo, give, take, food_bank, worker, next_quarter):
    serials = give(food_bank, worker, 1, date(2025, 12, 20))
    take(venlo, SerialRange(serials.first, serials.first), date(2025, 12, 22), heard=date(2026, 2, 1))
    said = told(next_quarter(1))
    assert "waarvan 1 later gemeld, uit een eerder kwartaal" in said.all("cac:InvoiceLine/cbc:Note")


# --- the payment term -------------------------------------------------------------------------------------------------

DUE = "cbc:DueDate"


def xml_of(statement: Statement):
    """The e-invoice, which is not made when it breaks a rule."""
    return etree.fromstring(make_one(statement) or b"")


@pytest.mark.parametrize(
    ("days", "due"), [(30, "2026-02-11"), (14, "2026-01-26"), (90, "2026-04-12"), (1, "2026-01-13")]
)
def test_paper_and_e_invoice_name_one_last_day_of_the_payment_term(closed, venlo, days, due):
    """Dated 12 January."""
    Programme.objects.update(payment_days=days)
    statement = closed.statements.get(organisation=venlo)
    tree = xml_of(statement)
    assert tree.findtext(DUE, None, NAMESPACES) == due
    words = f"Betaaltermijn: {days} dagen. Cubiss betaalt na akkoord en goedkeuring."
    assert tree.findtext("cac:PaymentTerms/cbc:Note", None, NAMESPACES) == words
    shown = statement_pdf.context(statement)
    assert (shown["due_on"].isoformat(), shown["payment_days"]) == (due, days)


def test_an_invoice_that_got_its_number_later_is_dated_and_due_from_that_day(closed, venlo, manager):
    statement = closed.statements.get(organisation=venlo)
    statement.particulars = statement.particulars | {"agreed": False}
    statement.own_number = OwnNumber.objects.create(
        statement=statement, organisation=venlo, number="2026-17", at=at(date(2026, 6, 1)), by=manager
    )
    tree = xml_of(statement)
    assert tree.findtext("cbc:IssueDate", None, NAMESPACES) == "2026-06-01"
    assert tree.findtext(DUE, None, NAMESPACES) == "2026-07-01"


def test_what_is_not_paid_has_no_payment_term(closed, venlo, landgraaf, coordinator):
    """A credit is settled with the next one; a nil report asks nothing."""
    for line in closed.statements.get(organisation=venlo).lines.all():
        by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 2, 2)))
    later = closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12)))
    credit = later.statements.get(organisation=venlo, kind="invoice")
    tree = xml_of(credit)
    assert tree.find(DUE, NAMESPACES) is None and not tree.findall("cac:PaymentMeans/cbc:PaymentDueDate", NAMESPACES)
    for each in (credit, closed.statements.get(organisation=landgraaf)):
        assert statement_pdf.context(each)["due_on"] is None
