"""The forms of the intermediaries' portal."""

from django import forms

from intermediaries.handouts import files, lists
from intermediaries.handouts.files import WrongFile
from intermediaries.handouts.sentences import UNDO_REASONS, about_wrong_file
from kbl.apart.reading import read
from kbl.jobs.fields import KeyField
from kbl.spreadsheets import FileProblem, UnreadableFile
from kbl.spreadsheets.sentences import CHOOSE, about_file, about_hidden
from vouchers.entry import AT_ONCE
from vouchers.fields import day_field

LONGEST_LIST = 400_000  # ten thousand lines with a number and a day, and room to spare
NOTHING = "Vul eerst een of meer nummers in."


class HandOutForm(forms.Form):
    """Numbers that go out and the day; cleans to `text`, the whole list, and `listed`, what it says.

    A file becomes lines of the list; from then on there is no difference.
    """

    use_required_attribute = False

    numbers = forms.CharField(
        label="Welke vouchers geeft u mee?",
        help_text="Scan ze een voor een, typ ze, of plak een kolom. Een reeks mag ook: 0012345-0012370. "
        "Ging een voucher op een andere dag mee? Zet de dag erachter: 0012345 31-12-2026.",
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "inputmode": "text"}),
        error_messages={"required": NOTHING, "max_length": "Dit is te veel voor één keer. Deel het op."},
    )
    file = forms.FileField(
        label="Of kies een bestand",
        help_text="Excel (.xlsx) of CSV. Een kolom Nummer en, als u wilt, een kolom Dag. Andere kolommen nemen wij "
        "niet aan: wij bewaren niets over bewoners.",
        required=False,
        max_length=300,
        error_messages={"invalid": CHOOSE, "empty": "Dit bestand is leeg.", "max_length": CHOOSE},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )
    on = day_field("Op welke dag?", help_text="Vandaag, of een eerdere dag.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.hidden = ""  # what is said of sheets in the file that nobody sees
        if "file" in self.files:
            self.fields["numbers"].required = False

    def clean_file(self) -> list[str]:
        """The lines of the file; none without one."""
        file = self.cleaned_data["file"]
        if file is None:
            return []
        try:
            table = read("spreadsheet", file.read())
            self.hidden = about_hidden(table.hidden)
            return files.lines_of(table)
        except UnreadableFile as error:
            raise forms.ValidationError(about_file(error)) from error
        except WrongFile as error:
            raise forms.ValidationError(about_wrong_file(error)) from error

    def refuse_too_large(self) -> None:
        """The request was larger than any file that is read: Django let the file go."""
        self.full_clean()
        self.errors.pop("file", None)
        self.add_error("file", about_file(UnreadableFile(FileProblem.TOO_LARGE)))

    def clean(self) -> dict:
        asked = super().clean() or self.cleaned_data
        if "numbers" not in asked or "file" not in asked:
            return asked
        lines = [line for line in asked["numbers"].splitlines() if line.strip()]
        asked["text"] = "\n".join([*lines, *asked["file"]]) if asked["file"] else asked["numbers"]
        asked["listed"] = lists.read(asked["text"])
        if not asked["listed"].lines:
            self.add_error("numbers", NOTHING)
        elif asked["listed"].count > AT_ONCE:
            self.add_error("numbers", f"Meld hoogstens {AT_ONCE:,} nummers tegelijk.".replace(",", "."))
        return asked


class UndoHandoutForm(forms.Form):
    """Why a hand-out is taken back."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label="Wat is er gebeurd?",
        choices=[(reason.value, words) for reason, words in UNDO_REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er gebeurd is."},
    )


class DigitalForm(forms.Form):
    """The button that gives the next digital voucher along; its key makes two presses one."""

    key = KeyField()
