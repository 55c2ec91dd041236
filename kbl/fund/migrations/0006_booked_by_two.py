"""The database refuses what is booked by hand and two people did not agree on; what statements draw goes its own way."""

from django.db import migrations

from kbl.second_person.needs_two import NeedsTwo, Rule

RECEIPT = Rule(
    name="fund_receipt_needs_two",
    table="fund_fundentry",
    event="INSERT",
    when="NEW.kind = 'instalment'",
    kinds=("receipt",),
    same=(("instalment", "NEW.instalment_id"), ("on", 'NEW."on"')),
    amount=("amount", "NEW.amount"),
)
OTHER_COST = Rule(
    name="fund_cost_needs_two",
    table="fund_fundentry",
    event="INSERT",
    when="NEW.kind = 'other_cost'",
    kinds=("cost",),
    same=(("description", "NEW.description"), ("on", 'NEW."on"')),
    amount=("amount", "-NEW.amount"),
)
REVERSAL = Rule(
    name="fund_reversal_needs_two",
    table="fund_fundentry",
    event="INSERT",
    when="NEW.kind = 'reversal'",
    kinds=("reversal",),
    same=(("entry", "NEW.reverses_id"),),
    also="<of> = 'fund'",
)
COST = Rule(
    name="cost_needs_two",
    table="fund_cost",
    event="INSERT",
    when="NEW.reverses_id IS NULL",
    kinds=("cost",),
    same=(("line", "NEW.line_id"), ("description", "NEW.description"), ("on", 'NEW."on"')),
    amount=("amount", "NEW.amount"),
)
COST_BACK = Rule(
    name="cost_goes_back_by_two",
    table="fund_cost",
    event="INSERT",
    when="NEW.reverses_id IS NOT NULL",
    kinds=("reversal",),
    same=(("entry", "NEW.reverses_id"),),
    also="<of> = 'cost'",
)


class Migration(migrations.Migration):

    dependencies = [
        ('fund', '0005_fund_in_full'),
        ('second_person', '0003_the_database_asks'),
    ]

    operations = [NeedsTwo(each) for each in (RECEIPT, OTHER_COST, REVERSAL, COST, COST_BACK)]
