"""An example of everything that a route of the access matrix names, out of a national database."""

from typing import Any

from bench.national.calendar import CLOSED
from intermediaries.counting.models import Difference
from intermediaries.models import Accreditation, Handout, Order
from kbl.accounts.models import User
from kbl.fund.models import BudgetLine, Evidence, FundEntry, Instalment
from kbl.organisations.models import Organisation, YearTarget
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.settlements.models import Closing, Document, Line, PartyVat, Statement, Tariff
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from vouchers.models import Batch, Voucher

# What stands in an address as it is.
WORDS: dict[str, Any] = {
    "csv": "csv",
    "quarter": CLOSED[-1],
    "quarter_text": str(CLOSED[-1]),
    "edition_version": 1,
    "edition_form": "pdf",
    "interim_form": "csv",
    "part_about": "library",
    "money": "spent",
    "discrepancy_class": "anders-geteld",
    "key": "x",
    "hint": "balie",
    "source": "intermediairs",
    "app": "organisations",
    "intake_kind": "organisaties",
    "chart": "doelen",
    "report_chart": "leden",
    "chart_size": "screen",
    "spreadsheet": "xlsx",
    "goal_letter": "b",
    "monitor_kind": "overeenkomst",
    "mail_kind": "brief",
    "programme": 1,
}


def examples(worker: User, manager: User) -> dict[str, Any]:
    """By the names of the matrix; what there is none of is not in it. `worker` and `manager` are whose things it is."""
    party, library = worker.assignments.get().organisation, manager.assignments.get().organisation
    assert party and library
    last = Closing.objects.order_by("quarter").last()
    paid = Statement.objects.filter(number__isnull=False).order_by("-closing__quarter")
    invoice, declaration = (
        paid.filter(organisation=organisation, kind=kind).first()
        for organisation, kind in ((library, "invoice"), (party, "declaration"))
    )
    rows: dict[str, Any] = {
        "accreditation": party.accreditations.first(),
        "bank_entry": BankEntry.objects.order_by("pk").last(),
        "bank_file": BankFile.objects.order_by("pk").last(),
        "batch": Batch.objects.order_by("pk").first(),
        "budget": BudgetLine.objects.first(),
        "declaration": declaration,
        "invoice": invoice,
        "difference": Difference.objects.first(),
        "end": MembershipEnd.objects.filter(enrolment__library=library).order_by("-pk").first(),
        "enrolment": Enrolment.objects.filter(library=library).order_by("-pk").first(),
        "entry": FundEntry.objects.order_by("pk").last(),
        "evidence": Evidence.objects.first(),
        "handout": Handout.objects.filter(organisation=party, revoked_at=None).order_by("-pk").first(),
        "instalment": Instalment.objects.first(),
        "invoice_pdf": Document.objects.filter(statement=invoice).first(),
        "line": Line.objects.filter(statement=invoice).first(),
        "organisation": party,
        "municipality": party.municipality,
        "order": Order.objects.filter(organisation=party, status="ordered").first(),
        "sent_order": Order.objects.filter(organisation=party, status="received").first(),
        "part": library,
        "party_vat": PartyVat.objects.first(),
        "payment": Payment.objects.order_by("pk").last(),
        "renewal": MembershipYear.objects.filter(library=library, ordinal=2).order_by("-pk").first(),
        "serial": Voucher.objects.filter(status="redeemed").order_by("-pk").first(),
        "target": YearTarget.objects.first(),
        "tariff": Tariff.objects.first(),
        "user": worker,
    }
    found = {name: row.pk for name, row in rows.items() if row is not None}
    run = PaymentRun.objects.order_by("number").last()
    return {
        **WORDS,
        **found,
        **({"run": run.number} if run else {}),
        "organisation_slug": party.slug,
        "library_slug": library.slug,
        "municipality_code": party.municipality.code if party.municipality else "",
        "closing": last.pk if last else None,
    }


def people() -> dict[str, User | None]:
    """Who walks: by the names of the matrix. The busiest library and intermediary, so far as one is busier."""
    by_mail = {each.email: each for each in User.objects.filter(assignments__isnull=False, email__contains="@")}
    library = Organisation.objects.filter(assignments__role="library_desk").first()
    party = Organisation.objects.get(
        pk=Accreditation.objects.order_by("pk").values("organisation_id")[0]["organisation_id"]
    )
    assert library
    return {
        "anonymous": None,
        "coordinator": by_mail["carla@voorbeeld.example"],
        "finance": by_mail["frank@voorbeeld.example"],
        "reader": by_mail["rik@voorbeeld.example"],
        "worker": User.objects.get(assignments__role="intermediary", assignments__organisation=party),
        "clerk": User.objects.get(assignments__role="library_desk", assignments__organisation=library),
        "manager": User.objects.get(assignments__role="library_manager", assignments__organisation=library),
        "province": by_mail["petra@voorbeeld.example"],
    }
