"""The column of a story: words that come on paper, that look like nobody, and in which nobody is named."""

from django.core.exceptions import ValidationError
from django.db.models import Model

from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.texts.lines import LineField
from kbl.texts.names import looks_like_a_name

NAMED = (
    "Hier lijkt een naam van iemand te staan: ‘{}’. Vertel het verhaal zonder naam: schrijf ‘een moeder’ of ‘een"
    " deelnemer’."
)


def known_words() -> set[str]:
    """The words in the names of organisations, places and branches: those are nobody."""
    models: tuple[type[Model], ...] = (Organisation, Municipality, Branch)
    return {
        word.strip("(),.&")
        for model in models
        for name in model._default_manager.values_list("name", flat=True)
        for word in name.split()
    }


class StoryField(LineField):
    """A line in which nobody is named either, whoever writes it. For migrations an ordinary CharField."""

    def _refuse(self, value: str) -> None:
        super()._refuse(value)
        if found := looks_like_a_name(value, known_words()):
            raise ValidationError(NAMED.format(found), code="name")
