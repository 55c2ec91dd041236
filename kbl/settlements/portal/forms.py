"""A party's question about its statement, and a library's own number for it: no free text."""

from datetime import datetime

from django import forms

from kbl.settlements.models import Statement, StatementStep
from kbl.settlements.sentences import about_numbers, sentence
from kbl.settlements.statements import own_numbers, steps
from kbl.settlements.statements.own_numbers import NumberRefused
from vouchers import entry
from vouchers.fields import LONGEST_TEXT, SENTENCES
from vouchers.numbers import SerialRange

MOST_NUMBERS = 1_000
ONLY_GOOD = "only_good"


class InvoiceNumberForm(forms.Form):
    """The number that a library gave this invoice in its own bookkeeping. What is wrong with it the rule says."""

    use_required_attribute = False
    number = forms.CharField(
        label="Uw factuurnummer",
        help_text="Het nummer uit uw eigen boekhouding, bijvoorbeeld 2026-0017. Het komt op de factuur te staan.",
        required=False,
        strip=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Dit nummer is te lang."},
    )

    def give(self, statement: Statement, *, by, at: datetime) -> bool:
        """Give the number; False, and a sentence at the field, when it is refused."""
        if not self.is_valid():
            return False
        try:
            own_numbers.give(statement, self.cleaned_data["number"], by=by, at=at)
        except NumberRefused as refused:
            self.add_error("number", sentence(refused))
            return False
        return True


class DisputeForm(forms.Form):
    """What is not right; each number is looked up on the statement. `good` are those that can be asked about.

    Somebody who presses the button `only_good` sends those alone, and leaves the others.
    """

    use_required_attribute = False
    reason = forms.ChoiceField(
        label="Wat klopt er niet?",
        choices=[choice for choice in StatementStep.Reason.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er niet klopt.", "invalid_choice": "Kies een reden uit de lijst."},
    )
    numbers = forms.CharField(
        label="Om welke nummers gaat het?",
        help_text="Bijvoorbeeld 0012345, of een reeks zoals 0012345-0012370. Weet u het niet? Laat het leeg.",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Dit is te veel voor één keer. Noem de eerste nummers."},
    )

    def __init__(self, *args, statement: Statement, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.statement = statement
        self.good: tuple[SerialRange, ...] = ()

    def clean(self) -> dict:
        asked = super().clean() or self.cleaned_data
        if "numbers" not in asked or "reason" not in asked:
            return asked
        read = entry.read(asked["numbers"])
        if read.count > MOST_NUMBERS:
            self.add_error("numbers", "Noem hooguit 1.000 nummers.")
            return asked
        looked = steps.disputable(self.statement, asked["reason"], read.ranges)
        self.good = asked["named"] = looked.good
        if ONLY_GOOD in self.data and looked.good:
            return asked
        missed = asked["reason"] == StatementStep.Reason.NUMBERS_MISSING
        wrong = [each.sentence for each in read.unreadable]
        wrong += [about_numbers((serials,), missed=missed) for serials in looked.refused]
        for each in wrong[:SENTENCES]:
            self.add_error("numbers", each)
        if len(wrong) > SENTENCES:
            self.add_error("numbers", f"En zo zijn er nog {len(wrong) - SENTENCES}.")
        return asked
