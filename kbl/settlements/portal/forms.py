"""A party's question about its statement: a reason from the list, no free text."""

from django import forms

from kbl.settlements.models import StatementStep


class DisputeForm(forms.Form):
    use_required_attribute = False
    reason = forms.ChoiceField(
        label="Wat klopt er niet?",
        choices=[choice for choice in StatementStep.Reason.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er niet klopt.", "invalid_choice": "Kies een reden uit de lijst."},
    )
