"""Forms of the office's pages about paying."""

from django import forms

from kbl.settlements.office.forms import DayInput


class RunForm(forms.Form):
    """The day on which the bank executes; the statements are ticked in the table."""

    use_required_attribute = False
    execute_on = forms.DateField(
        label="Uitvoeren op",
        widget=DayInput,
        help_text="Een werkdag van de banken. De bank schrijft het geld op deze dag af.",
        error_messages={"required": "Kies de dag.", "invalid": "Kies een dag."},
    )


class AccountForm(forms.Form):
    """Another account; the rules themselves look at what was typed."""

    use_required_attribute = False
    iban = forms.CharField(
        label="Nieuw rekeningnummer (IBAN)",
        max_length=42,
        help_text="Bijvoorbeeld NL91 ABNA 0417 1643 00.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Vul het rekeningnummer in.",
            "max_length": "Dit IBAN klopt niet. Kijk het nog eens na.",
        },
    )
