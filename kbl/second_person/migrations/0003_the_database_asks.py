"""The database refuses a role at Cubiss, who is paid for whom, and the address that is warned, without two people."""

from django.db import migrations

from kbl.second_person.needs_two import NeedsTwo, Rule

OFFICE = "('cubiss_coordinator', 'cubiss_finance', 'cubiss_reader')"  # the roles with `office`
STAMPED = (
    "c.asked_by_id = NEW.granted_by_id AND c.decided_by_id = NEW.confirmed_by_id AND c.decided_at = NEW.granted_at"
)
ROLE_GIVEN = Rule(
    name="office_role_needs_two",
    table="accounts_assignment",
    event="INSERT",
    when=f"NEW.role IN {OFFICE}",
    kinds=("office_role",),
    same=(("user", "NEW.user_id"), ("role", "NEW.role")),
    also=STAMPED,
)
ROLE_CHANGED = Rule(
    name="office_role_changes_by_two",
    table="accounts_assignment",
    event="UPDATE",
    when=f"NEW.role IN {OFFICE} AND ("
    + " OR ".join(
        f"NEW.{each} IS DISTINCT FROM OLD.{each}"
        for each in ("user_id", "role", "granted_at", "granted_by_id", "confirmed_by_id")
    )
    + ")",
    kinds=("office_role", "office_account"),
    same=(("user", "NEW.user_id"),),
    also=f"{STAMPED} AND (c.kind = 'office_account' AND NEW.role = OLD.role AND NEW.user_id = OLD.user_id"
    " OR c.kind = 'office_role' AND <role> = NEW.role)",
)
ACCOUNT_OPENED = Rule(
    name="office_account_opens_by_two",
    table="accounts_user",
    event="UPDATE",
    when="NEW.is_active AND NOT OLD.is_active",
    unless=f"NOT EXISTS (SELECT 1 FROM accounts_assignment o WHERE o.user_id = NEW.id AND o.role IN {OFFICE})",
    kinds=("office_account",),
    same=(("user", "NEW.id"),),
)
PARENT = Rule(
    name="organisation_parent_needs_two",
    table="organisations_organisation",
    event="UPDATE",
    when="NEW.parent_id IS DISTINCT FROM OLD.parent_id",
    kinds=("parent",),
    same=(("organisation", "NEW.id"), ("parent", "NEW.parent_id"), ("was", "OLD.parent_id")),
)
MAIL_ADDRESS = Rule(
    name="organisation_mail_needs_two",
    table="organisations_organisation",
    event="UPDATE",
    when="NEW.email IS DISTINCT FROM OLD.email",
    kinds=("mail_address",),
    same=(("organisation", "NEW.id"), ("email", "NEW.email"), ("was", "OLD.email")),
)


class Migration(migrations.Migration):

    dependencies = [
        ('second_person', '0002_more_kinds'),
        ('accounts', '0004_role_given_by_two'),
        ('organisations', '0014_fund_in_full'),
    ]

    operations = [NeedsTwo(each) for each in (ROLE_GIVEN, ROLE_CHANGED, ACCOUNT_OPENED, PARENT, MAIL_ADDRESS)]
