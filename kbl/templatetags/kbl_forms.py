"""Forms in KBL's own style: `{% load kbl_forms %}`, then `{% form_errors form %}` and `{% field form.number %}`.

Django already ties help and errors to the widget (aria-describedby, aria-invalid); the ids here follow its names.
Widgets need no classes: the theme styles whatever stands inside `.kbl-field`.
"""

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


def _kind(bound: BoundField) -> str:
    """Which of the three shapes a field has."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    return "group" if bound.use_fieldset else "plain"


def _optional(bound: BoundField) -> bool:
    """Say "niet verplicht" only where the same form also asks for something that is."""
    if bound.field.required or bound.field.disabled:
        return False
    return any(other.required for other in bound.form.fields.values())


def _focus_target(bound: BoundField) -> str:
    """The id an error message links to: the input itself, or the first choice of a group."""
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, label: str = "", help: str | None = "", **attrs: str | bool) -> dict:
    """One field with its label, help and errors.

    Further names become attributes of the widget, with `_` as `-`: `{% field form.number class="kbl-number" %}`.
    `help=None` takes the form's own help away.
    """
    kind = _kind(bound)
    if help != "":
        # Django looks at the bound field's own text when it decides whether there is something to point at.
        bound.help_text = help or ""
    widget_attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "optional": kind != "check" and _optional(bound),
        "widget": "" if kind == "choices" else bound.as_widget(attrs=widget_attrs),
    }


@register.inclusion_tag("parts/fields.html")
def fields(form: forms.BaseForm) -> dict:
    """The whole form: what is wrong with it, then every field in order."""
    return {"form": form}


@register.inclusion_tag("parts/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict:
    """What has to be put right, above the form, each with a link to its field. Takes the focus when it appears."""
    problems = [{"words": words, "target": ""} for words in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else _focus_target(bound)
        for error in bound.errors.as_data():
            # "Dit veld is verplicht" does not say which one when it stands apart from its field.
            words = " ".join(error.messages)
            if error.code == "required" and words == forms.Field.default_error_messages["required"]:
                words = f"{bound.label}: vul dit in."
            problems.append({"words": words, "target": target})
    return {"problems": problems}
