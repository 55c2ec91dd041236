"""The name of a colleague holds no sign that nobody sees; the office's log forgets what rows were called.

That log kept the text of every row that was added or changed, and so kept what was cleared from the row itself. From
now on it names the kind of row and its key (kbl/admin/site.py); what it held before is rewritten in the same way.
"""

import json

from django.db import migrations, models

from kbl.texts.lines import tidy_line

INVISIBLE = (
    r"[\u0001-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF0-\uFFFB"
    r"\uFFFE\uFFFF]"
)


def rewrite(apps, schema_editor) -> None:
    """Names in their one form. Raises ValueError for a name of which nothing can be seen."""
    rows = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    wrong = [each.email for each in rows if each.name and not tidy_line(each.name)]
    if wrong:
        raise ValueError(f"Give these colleagues a name first, then migrate again: {', '.join(wrong)}")
    for each in rows:
        if tidy_line(each.name) != each.name:
            rows.filter(pk=each.pk).update(name=tidy_line(each.name))


def forget(apps, schema_editor) -> None:
    """The log says which row, and which columns; never what stood in them."""
    rows = apps.get_model("admin", "LogEntry").objects.using(schema_editor.connection.alias)
    for each in rows.select_related("content_type").iterator():
        kind = each.content_type.model if each.content_type else "rij"
        rows.filter(pk=each.pk).update(
            object_repr=f"{kind} {each.object_id or ''}".strip()[:200],
            change_message=_without_names(each.change_message),
        )


def _without_names(message: str) -> str:
    """The columns of a change, without the text of rows beside it."""
    try:
        parts = json.loads(message)
    except ValueError:
        return ""
    for part in parts if isinstance(parts, list) else []:
        for what in part.values():
            if "object" in what:
                what["object"] = "–"
    return json.dumps(parts) if isinstance(parts, list) else ""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_role_given_by_two"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(rewrite, migrations.RunPython.noop),
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=~models.Q(("name__regex", INVISIBLE)), name="user_can_be_read"
            ),
        ),
    ]
