"""The forms of the library's desk."""

from collections.abc import Sequence
from uuid import uuid4

from django import forms

from kbl.organisations.models import Branch
from libraries.models import Enrolment, WelcomeOffer
from libraries.sentences import UNDO_REASONS
from vouchers.fields import LONGEST_TEXT, day_field

LONGEST_NUMBER = 200  # a scanned address with its number fits


class NumberForm(forms.Form):
    """The one field with the focus. What is wrong with a number is said under the field, not in it."""

    use_required_attribute = False

    number = forms.CharField(
        label="Vouchernummer",
        help_text="Scan, typ of plak het nummer.",
        required=False,
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(
            attrs={
                "class": "kbl-number",
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
                "enterkeyhint": "go",
                "autofocus": True,
            }
        ),
    )


class MembershipForm(forms.Form):
    """What becomes of the voucher: kind, first day, branch. `key` makes a second press the same press."""

    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Wat is het?",
        choices=Enrolment.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat het is.", "invalid_choice": "Kies wat het is."},
    )
    on = day_field("Lid vanaf")
    branch = forms.TypedChoiceField(
        label="Vestiging",
        error_messages={"required": "Kies de vestiging.", "invalid_choice": "Kies een van uw vestigingen."},
    )

    def __init__(self, data=None, *, branches: Sequence[Branch], initial: dict | None = None) -> None:
        super().__init__(data, auto_id="lid_%s", initial=initial)
        field = self.fields["branch"]
        assert isinstance(field, forms.TypedChoiceField)
        # Branches that were read already: a field that asks the database does so four times while a queue is waiting.
        known = {str(branch.pk): branch for branch in branches}
        field.choices = [(pk, str(branch)) for pk, branch in known.items()]
        field.coerce = known.__getitem__
        if len(known) < 2:
            field.widget = forms.HiddenInput()

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """What it can become: the value, its words, and whether it is chosen."""
        chosen = self["kind"].value()
        return [(value, words, value == chosen) for value, words in Enrolment.Kind.choices]

    @classmethod
    def blank(cls, *, branches: Sequence[Branch], branch: Branch, on, **more) -> "MembershipForm":
        """A new form, with a key of its own."""
        return cls(branches=branches, initial={"key": uuid4(), "on": on, "branch": branch.pk, **more})


class RedeemForm(MembershipForm):
    """The same, for the voucher that was checked."""

    number = forms.CharField(max_length=LONGEST_NUMBER, widget=forms.HiddenInput)


class UndoAtLibraryForm(forms.Form):
    """Why something is taken back."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label="Wat is er gebeurd?",
        choices=[(reason.value, words) for reason, words in UNDO_REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er gebeurd is."},
    )


class NumbersForm(forms.Form):
    """A pasted list of numbers from the library's own system."""

    use_required_attribute = False

    numbers = forms.CharField(
        label="Plak nummers",
        help_text="Uit uw eigen systeem, elk op een eigen regel. De eerste 7 cijfers zijn genoeg.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(
            attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false", "class": "kbl-digits desk-pasted"}
        ),
        error_messages={
            "required": "Plak eerst een of meer nummers.",
            "max_length": "Dit is te veel voor één keer. Deel het op.",
        },
    )
    meant = forms.ChoiceField(
        label="Wat is ermee?",
        choices=[("renewed", "Deze zijn verlengd"), ("ended", "Deze zijn gestopt")],
        initial="renewed",
        widget=forms.RadioSelect,
        error_messages={"required": "Kies verlengd of gestopt.", "invalid_choice": "Kies verlengd of gestopt."},
    )


class OfferForm(forms.ModelForm):
    """One offering on the welcome card."""

    LAST_PLACE = 999
    use_required_attribute = False

    theme = forms.ChoiceField(
        label="Thema",
        choices=[("", "Kies een thema"), *WelcomeOffer.Theme.choices],
        error_messages={"required": "Kies een thema.", "invalid_choice": "Kies een thema uit de lijst."},
    )
    position = forms.IntegerField(
        label="Plaats",
        help_text="Een lager getal staat hoger binnen het thema.",
        min_value=0,
        max_value=LAST_PLACE,
        error_messages={
            "required": "Vul een getal in.",
            "invalid": "Vul een heel getal in.",
            "min_value": "Vul 0 of meer in.",
            "max_value": "Vul hoogstens 999 in.",
        },
    )

    class Meta:
        model = WelcomeOffer
        fields = ["theme", "title", "words", "position", "active"]
        labels = {"active": "Laat dit zien aan de balie"}
        help_texts = {
            "title": "Kort, bijvoorbeeld: Taalcafé.",
            "words": "Bijvoorbeeld: Elke dinsdagochtend, kom gerust langs. Zet hier geen namen of telefoonnummers.",
        }
        error_messages = {
            "title": {"required": "Vul in wat u aanbiedt.", "max_length": "Houd het bij 50 tekens."},
            "words": {"max_length": "Houd het bij 120 tekens."},
        }

    def clean_title(self) -> str:
        """The same offering stands on the card once."""
        title = self.cleaned_data["title"]
        others = WelcomeOffer.objects.filter(library=self.instance.library_id).exclude(pk=self.instance.pk)
        # Compared here: SQLite knows capitals without accents only.
        if title.casefold() in (other.casefold() for other in others.values_list("title", flat=True)):
            raise forms.ValidationError("Dit staat al op uw kaart.")
        return title
