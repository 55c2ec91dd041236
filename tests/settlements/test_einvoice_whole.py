"""One e-invoice from its terms to its verdict, without books and without Saxon: all terms, each rule broken once."""

import io
import json
import sys
from dataclasses import replace
from datetime import date
from types import ModuleType, SimpleNamespace

import pytest
from lxml import etree

from kbl.settlements.documents.einvoice import checks, issue, nlcius, schematron, terms, ubl
from kbl.settlements.documents.einvoice.checks import BrokenRule
from kbl.settlements.documents.einvoice.terms import EInvoiceTotals
from tests.settlements.test_einvoice_terms import EUR, EXEMPT, LOW, OUTSIDE, PARTY, SHOWN, group, statement

BUYER = PARTY | {"name": "Cubiss", "kvk": "16046254", "vat_id": "NL805016571B01", "buyer_reference": "KBL-LIMBURG"}
QUARTER = SimpleNamespace(first_day=date(2025, 10, 1), last_day=date(2025, 12, 31))
PAPER = SHOWN | {"debtor": BUYER, "dated": date(2026, 1, 12), "quarter": QUARTER, "programme_exemption": "Vrij."}


def told(monkeypatch, made, *groups, **shown) -> dict:
    paper = PAPER | {"groups": [*groups], "originals": [], "self_billed": True} | shown
    monkeypatch.setattr(terms.statement_pdf, "context", lambda of: paper if of is made else None)
    return terms.terms_of(made)


def place(name: str, kvk: str) -> dict:
    register = {"name": name, "legal_identifier": kvk, "legal_identifier_schemeid": "0106"}
    return register | {"addr_l1": "Pleinstraat 1", "postcode": "5900 AA", "city": "Venlo", "country_code": "NL"}


def test_every_term_by_its_number(monkeypatch):
    made = statement(net=EUR(174), vat=EUR("15.66"), carried_in=EUR(-40))
    said = told(monkeypatch, made, group(3, "43", LOW), group(1, "45", LOW, notes=["één laat"]))
    lines = said.pop("BG-25")
    assert [(each["BT-126"], each["BT-129"], each["BT-131"]) for each in lines] == [
        ("1", "3", "129.00"),
        ("2", "1", "45.00"),
    ]
    assert said == {
        "BT-1": "VEN-2025-0001",
        "BT-2": date(2026, 1, 12),
        "BT-3": "389",
        "BT-5": "EUR",
        "BT-9": date(2026, 2, 11),
        "BT-10": "KBL-LIMBURG",
        "BT-20": "Betaaltermijn: 30 dagen. Cubiss betaalt na akkoord en goedkeuring.",
        "BT-73": date(2025, 10, 1),
        "BT-74": date(2025, 12, 31),
        "BT-81": "58",
        "BT-83": "VEN-2025-0001",
        "BT-84": "NL91ABNA0417164300",
        "BT-106": "174.00",
        "BT-109": "174.00",
        "BT-110": "15.66",
        "BT-112": "189.66",
        "BT-113": "40.00",
        "BT-115": "149.66",
        "BG-1": [
            {"BT-22": "Factuur uitgereikt door afnemer."},
            {"BT-22": "Tegoed uit een eerder kwartaal: €\N{NO-BREAK SPACE}40,00."},
        ],
        "BG-3": [],
        "BG-4": place("Bibliotheek Venlo", "12345678") | {"vat_identifier": "NL004495445B01"},
        "BG-7": place("Cubiss", "16046254") | {"vat_identifier": "NL805016571B01"},
        "BG-23": [{"BT-116": "174.00", "BT-117": "15.66", "BT-118": "S", "BT-119": "9"}],
    }


def test_terms_that_not_every_invoice_has(monkeypatch):
    outside = told(monkeypatch, statement(net=EUR(45)), group(1, "45", OUTSIDE), self_billed=False)
    assert "BT-113" not in outside and outside["BT-3"] == "380"
    assert "vat_identifier" not in outside["BG-4"] and "vat_identifier" not in outside["BG-7"]
    mixed = told(monkeypatch, statement(), group(1, "45", OUTSIDE), group(1, "42"))
    assert "vat_identifier" in mixed["BG-4"] and "vat_identifier" in mixed["BG-7"]
    exempt = told(monkeypatch, statement(), group(1, "87"))
    assert [row["BT-120"] for row in exempt["BG-23"]] == ["Vrij."]
    credit = statement(net=EUR("-43.50"), is_credit=True)
    back = told(monkeypatch, credit, group(1, "-43.50", EXEMPT, corrects="VEN-1"), originals=["VEN-1", "VEN-2"])
    assert back["BG-3"] == [{"BT-25": "VEN-1"}, {"BT-25": "VEN-2"}] and back["BT-3"] == "381"
    assert back["BG-25"][0]["BT-131"] == back["BG-23"][0]["BT-116"] == "43.50", "cents stay when the sign turns"


@pytest.fixture
def good(monkeypatch):
    """An invoice in which nothing is wrong, and what the books say of it."""
    made = statement(net=EUR(87))
    said = told(monkeypatch, made, group(1, "87"))
    return ubl.write(said), terms.totals_of(made)


@pytest.fixture
def credit(monkeypatch):
    made = statement(net=EUR(-87), is_credit=True)
    return ubl.write(told(monkeypatch, made, group(1, "-87", corrects="VEN-1"), originals=["VEN-1"]))


def rules(content: bytes) -> list[str]:
    return nlcius.broken(etree.fromstring(content))


COMPANY = b'<cbc:CompanyID schemeID="0106">%s</cbc:CompanyID>'
SELLER, BUYERS = COMPANY % b"12345678", COMPANY % b"16046254"
REFERENCE = b"<cbc:BuyerReference>KBL-LIMBURG</cbc:BuyerReference>"
MEANS = b"PaymentMeansCode>%s<"
STREET, CITY, CODE = b">Pleinstraat 1<", b">Venlo<", b">5900 AA<"


def change(content: bytes, old: bytes, new: bytes, which: int = 0) -> bytes:
    """The `which`-th of what stands there becomes another."""
    parts = content.split(old)
    assert len(parts) > which + 1, old
    return old.join(parts[: which + 1]) + new + old.join(parts[which + 1 :])


BREAKS = [
    ("SI-V20-INV-R000", b"#compliant#", b"#conformant#", 0),
    ("BR-NL-1", SELLER, COMPANY % b"", 0),
    ("BR-NL-1", SELLER, COMPANY % b" ", 0),
    ("BR-NL-1", SELLER, b"", 0),
    ("BR-NL-1", SELLER, SELLER.replace(b"0106", b"0184"), 0),
    ("BR-NL-1", SELLER, SELLER + SELLER.replace(b"0106", b"0184"), 0),
    ("BR-NL-2", REFERENCE, b"", 0),
    ("BR-NL-2", b">KBL-LIMBURG<", b"> <", 0),
    ("BR-NL-2", b"<cbc:BuyerReference>KBL-LIMBURG<", b"<cbc:BuyerReference><", 0),
    *(("BR-NL-3", part, b"> <", 0) for part in (STREET, CITY, CODE)),
    *(("BR-NL-4", part, b"> <", 1) for part in (STREET, CITY, CODE)),
    ("BR-NL-7", b">389<", b">386<", 0),
    ("BR-NL-8", b"CreditNoteTypeCode>381<", b"CreditNoteTypeCode>380<", 0),
    ("BR-NL-9", b">VEN-1<", b"> <", 0),
    ("BR-NL-10", BUYERS, COMPANY % b"", 0),
    ("BR-NL-10", BUYERS, BUYERS.replace(b"0106", b"0184"), 0),
    ("BR-NL-12", MEANS % b"58", MEANS % b"31", 0),
]


@pytest.mark.parametrize(("rule", "old", "new", "which"), BREAKS)
def test_each_dutch_rule_is_broken_by_what_it_is_about(good, credit, rule, old, new, which):
    content = credit if rule in ("BR-NL-8", "BR-NL-9") else good[0]
    assert rules(content) == []
    assert rules(change(content, old, new, which)) == [rule]


def test_every_dutch_rule_stands_there_by_its_name_and_says_what_it_is():
    told = {each[0] for each in BREAKS} | {"BR-NL-11"}  # money without a way: tests/settlements/test_einvoice_terms.py
    assert set(nlcius.RULES) == told and len(nlcius.RULES) == 11
    assert all(len(check.__doc__ or "") > 20 for check in nlcius.RULES.values())


def test_what_the_dutch_rules_leave_free(good):
    content, _ = good
    for register in (b"0106", b"0190"):
        assert rules(change(content, SELLER, SELLER.replace(b"0106", register))) == []
    for way in (b"30", b"48", b"49", b"57", b"58", b"59"):
        assert rules(change(content, MEANS % b"58", MEANS % way)) == []
    order = b"<cac:OrderReference><cbc:ID>%s</cbc:ID></cac:OrderReference>"
    assert rules(change(content, REFERENCE, order % b"4711")) == []
    assert rules(change(content, REFERENCE, order % b"")) == ["BR-NL-2"]
    two = change(content, b"<cac:PaymentMeans>", b"<cac:PaymentMeans><cbc:PaymentMeansCode>31</cbc:PaymentMeansCode>")
    assert rules(two) == ["BR-NL-12"], "each way is one of the six"
    more = b"</cac:PaymentMeans><cac:PaymentMeans><cbc:PaymentMeansCode>31</cbc:PaymentMeansCode></cac:PaymentMeans>"
    assert rules(change(content, b"</cac:PaymentMeans>", more)) == ["BR-NL-12"], "the last one too"


class TestTheVerdict:
    """XSD, the Dutch rules and the books by ourselves; the CEN rules are asked of another, once for all."""

    @pytest.fixture(autouse=True)
    def other(self, monkeypatch):
        self.asked: list[dict] = []

        def run(text: bytes, *, seconds: int) -> bytes:
            self.asked.append(json.loads(text) | {"seconds": seconds})
            answers = [[["BR-CO-15", "No."]] if b"VEN-9" in each else [] for each in self.sent()]
            return json.dumps(answers).encode()

        monkeypatch.setattr(checks, "run_rules", run)

    def sent(self) -> list[bytes]:
        return [each.encode() for each in self.asked[-1]["invoices"]]

    def test_good_is_good_and_each_hears_its_own(self, good, credit):
        content, totals = good
        bad = content.replace(b"VEN-2025-0001", b"VEN-9")
        found = checks.check(
            [(content, "VEN-2025-0001", totals), (bad, "VEN-9", totals), (credit, "VEN-2025-0001", totals)]
        )
        assert found == [[], [BrokenRule("BR-CO-15", "No.")], []]
        (asked,) = self.asked
        assert asked["seconds"] == 75 and asked["stylesheet"].endswith("ubl-2.1/EN16931-UBL-validation.xslt")

    def test_what_each_of_them_says(self, good):
        content, totals = good
        odd = (
            change(content, STREET, b"> <")
            .replace(b"<cbc:Note>", b"<cbc:Nota>")
            .replace(b"</cbc:Note>", b"</cbc:Nota>")
        )
        more = replace(totals, prepaid=totals.prepaid - 1)
        ((xsd, dutch, *ours),) = checks.check([(odd, "VEN-2", more)])
        assert xsd.rule == "XSD" and "Nota" in xsd.words
        assert dutch == BrokenRule("BR-NL-3", "BR-NL-3: the seller's address has a street, a city and a postcode.")
        assert ours == [
            BrokenRule("KBL", "The number is another."),
            BrokenRule("KBL", f"PayableAmount is {totals.due:.2f}, the books say {more.due}."),
        ]

    def test_a_statement_without_a_number_is_not_called_nothing(self, monkeypatch):
        monkeypatch.setattr(issue, "is_due", lambda each: True)
        monkeypatch.setattr(issue, "terms_of", lambda each: {})
        monkeypatch.setattr(issue, "write", lambda said: b"<a/>")
        seen = []
        monkeypatch.setattr(issue.checks, "check", lambda many: seen.extend(many) or [[]])
        issue.make_one(statement(invoice_number=None))
        assert seen == [(b"<a/>", "", EInvoiceTotals(EUR(87), EUR(0), EUR(0)))]


@pytest.mark.parametrize("taxed", [True, False])
def test_a_declaration_is_an_invoice_where_vat_is_charged(taxed):
    """More than nothing: what is exempt has a rate of nothing."""
    asked = []
    lines = SimpleNamespace(filter=lambda **how: asked.append(how) or SimpleNamespace(exists=lambda: taxed))
    made = SimpleNamespace(is_nil=False, awaits_number=False, kind="declaration", lines=lines)
    assert issue.is_due(made) is taxed and asked == [{"vat_rate__gt": 0}]


def test_its_file_stands_beside_its_paper(monkeypatch):
    monkeypatch.setattr(issue.statement_pdf, "filename", lambda each: f"factuur-{each}.pdf")
    assert issue.filename("VEN-2025-0001") == "factuur-VEN-2025-0001.xml"


def test_who_writes_it_is_asked_for_no_more_and_keeps_nothing(monkeypatch):
    """Its own checking wants a server; and it changes the terms that it is given."""
    asked = []

    def generate(said: dict, **how) -> bytes:
        asked.append(how)
        said["BG-4"].clear()
        return ubl._EUROPEAN

    module = ModuleType("facturx.generate_xml")
    module.generate_ubl_xml = generate
    monkeypatch.setitem(sys.modules, "facturx.generate_xml", module)
    said = {"BG-4": {"name": "Venlo"}}
    ubl.write(said)
    assert said == {"BG-4": {"name": "Venlo"}}
    assert asked == [{"level": "en16931", "check_xsd": False, "check_schematron": None}]


def test_the_rules_run_in_a_programme_of_their_own(monkeypatch):
    called = []
    answer = SimpleNamespace(stdout=b"[]")
    monkeypatch.setattr(checks.subprocess, "run", lambda *args, **how: called.append((args, how)) or answer)
    started = getattr(checks.run_rules, "started_each_time", checks.run_rules)
    assert started(b"{}", seconds=7) == b"[]"
    how = {"input": b"{}", "capture_output": True, "check": True, "timeout": 7}
    assert called == [(([sys.executable, "-I", str(checks.SCHEMATRON)],), how)]
    assert checks.SCHEMATRON.name == "schematron.py" and checks.SCHEMATRON.exists()


class Saxon:
    """Saxon, as far as the programme uses it: compiles a stylesheet, and stops at one invoice."""

    compiled: list[str] = []

    def __init__(self, *, license: bool) -> None:
        assert license is False

    def __enter__(self):
        return self

    def __exit__(self, *how) -> None: ...

    def new_xslt30_processor(self):
        return self

    def compile_stylesheet(self, *, stylesheet_file: str):
        self.compiled.append(stylesheet_file)
        return self

    def parse_xml(self, *, xml_text: str) -> str:
        return xml_text

    def transform_to_string(self, *, xdm_node: str) -> str:
        if xdm_node == "<stops/>":
            raise RuntimeError
        fired = "<s:fired-rule/>" if xdm_node == "<good/>" else ""
        return f'<s:o xmlns:s="{schematron.SVRL[1:-1]}">{fired}</s:o>'


def test_the_programme_answers_a_line_with_a_line(monkeypatch):
    module = ModuleType("saxonche")
    module.PySaxonProcessor = Saxon
    monkeypatch.setitem(sys.modules, "saxonche", module)
    monkeypatch.setattr(Saxon, "compiled", [])
    many = [["<good/>", "<stops/>"], ["<silent/>"]]
    asked = [json.dumps({"stylesheet": "rules.xslt", "invoices": each}) + "\n" for each in many]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(asked)))

    class Line(io.StringIO):
        """What was told and not yet let go, and what was."""

        gone = 0

        def flush(self) -> None:
            self.gone += 1

    written = Line()
    monkeypatch.setattr("sys.stdout", written)
    schematron.main()
    assert [json.loads(line) for line in written.getvalue().splitlines()] == [
        [[], [["CEN", "The rules stopped: RuntimeError."]]],
        [[["CEN", "No rule was applied."]]],
    ]
    assert written.gone == 2 and Saxon.compiled == ["rules.xslt"], "who asks waits for each line; compiling is dear"
