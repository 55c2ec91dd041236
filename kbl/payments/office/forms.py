"""Forms of the office's pages about paying."""

from django import forms

from kbl.payments.accounts.accounts import AccountRefused
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
    holder = forms.CharField(
        label="Naam van de rekeninghouder",
        max_length=70,
        required=False,
        help_text=(
            "Alleen als de rekening op een andere naam staat dan die van de organisatie. Schrijf hem zoals de bank hem"
            " kent: banken vergelijken naam en nummer."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Een naam op een betaalopdracht heeft hooguit 70 tekens."},
    )

    def add_refusal(self, refused: AccountRefused, words: str) -> None:
        """Say what is wrong at the field that it is about."""
        self.add_error("holder" if refused.reason == AccountRefused.Reason.HOLDER else "iban", words)
