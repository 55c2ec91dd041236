"""What the other posts of the plan cost in the demonstration, and the form's adjustment: each with what proves it."""

from datetime import date, datetime
from decimal import Decimal

from kbl import pdf
from kbl.fund import asked, evidence
from kbl.fund.models import BudgetLine
from kbl.organisations.models import Programme
from kbl.programme.agenda import moment
from kbl.programme.demo.story import DemoStory

# Day of the document, post, amount in euros, from whom.
DOCUMENTS = [
    (date(2025, 9, 15), "2.2", Decimal("24310.00"), "Drukkerij De Voorbeeldpers"),
    (date(2025, 9, 30), "3.1", Decimal("11960.00"), "Trainersbureau Voorbeeld"),
    (date(2025, 10, 20), "2.3", Decimal("9120.50"), "Campagnebureau Voorbeeld"),
    (date(2025, 10, 20), "5.3", Decimal("2500.00"), "Stichting Volwassenenfonds (voorbeeld)"),
    (date(2025, 12, 1), "4.2", Decimal("7950.00"), "Softwarehuis Voorbeeld"),
    (date(2025, 12, 15), "1.1", Decimal("8134.00"), "Cubiss"),
    (date(2025, 12, 15), "1.2", Decimal("13300.00"), "Cubiss"),
    (date(2025, 12, 19), "6.1", Decimal("30000.00"), "Bibliotheek Venlo"),
    (date(2026, 3, 16), "2.3", Decimal("14850.00"), "Campagnebureau Voorbeeld"),
    (date(2026, 5, 11), "2.4", Decimal("4250.00"), "Tekstbureau Voorbeeld"),
    (date(2026, 6, 30), "1.2", Decimal("6650.00"), "Cubiss"),
    (date(2026, 9, 14), "2.2", Decimal("9640.00"), "Drukkerij De Voorbeeldpers"),
    (date(2026, 9, 30), "4.1", Decimal("7400.00"), "Cubiss"),
]


class Costs:
    """The finance officer asks for them, two weeks after their day, and the coordinator agrees."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast

    def plan(self) -> None:
        for number, (on, *document) in enumerate(DOCUMENTS, start=1):
            books = self.story.workday(date.fromordinal(on.toordinal() + 14))
            self.story.agenda.put(moment(books, 11, 30), self._book, number, on, *document)

    def _book(self, number: int, on: date, post: str, amount: Decimal, supplier: str, at: datetime) -> None:
        line = BudgetLine.objects.filter(year=on.year, post=post).first()
        if line is None:  # another programme has other posts
            return
        reference = f"{on.year}-{number:03}"
        told = {"line": line, "on": on, "amount": amount, "supplier": supplier, "reference": reference}
        content = pdf.render(
            "documents/pretend_invoice.html",
            told | {"programme": Programme.current().name},
            made_at=at,
            identifier=reference,
        )
        cost = asked.ask_cost(
            line,
            amount,
            reference=reference,
            description=line.name,
            supplier=supplier,
            evidence=evidence.keep(content, f"factuur-{reference}.pdf", by=self.cast.finance, at=at),
            on=on,
            by=self.cast.finance,
            at=at,
        )
        self.cast.agree(cost, at=at)
