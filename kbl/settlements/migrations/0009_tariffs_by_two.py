"""The database refuses a tariff, a VAT rule and a correction that two people did not agree on."""

from django.db import migrations

from kbl.second_person.needs_two import NeedsTwo, Rule

TARIFF = Rule(
    name="tariff_needs_two",
    table="settlements_tariff",
    event="INSERT",
    kinds=("tariff",),
    same=tuple((each, f"NEW.{each}") for each in ("kind", "track", "first_day", "vat")),
    amount=("amount", "NEW.amount"),
)
TARIFF_GONE = Rule(
    name="tariff_goes_by_two",
    table="settlements_tariff",
    event="DELETE",
    kinds=("tariff_gone",),
    same=(("tariff", "OLD.id"),),
)
VAT = Rule(
    name="party_vat_needs_two",
    table="settlements_partyvat",
    event="INSERT",
    kinds=("party_vat",),
    same=(("organisation", "NEW.organisation_id"), *((each, f"NEW.{each}") for each in ("kind", "first_day", "vat"))),
)
VAT_GONE = Rule(
    name="party_vat_goes_by_two",
    table="settlements_partyvat",
    event="DELETE",
    kinds=("vat_gone",),
    same=(("vat", "OLD.id"),),
)
# The request names one line; later years of the same membership fall away with it.
CORRECTION = Rule(
    name="correction_needs_two",
    table="settlements_correction",
    event="INSERT",
    kinds=("correction",),
    same=(("reason", "NEW.reason"),),
    also="""<line> = CAST(NEW.line_id AS TEXT) OR EXISTS (
        SELECT 1 FROM settlements_line asked
        JOIN libraries_membershipyear asked_year ON asked_year.id = asked.membership_year_id
        JOIN libraries_membershipyear later ON later.enrolment_id = asked_year.enrolment_id
            AND later.ordinal > asked_year.ordinal
        JOIN settlements_line mine ON mine.membership_year_id = later.id
        WHERE CAST(asked.id AS TEXT) = <line> AND mine.id = NEW.line_id)""",
)


class Migration(migrations.Migration):

    dependencies = [
        ('settlements', '0008_no_invoice_without_its_number'),
        ('second_person', '0003_the_database_asks'),
    ]

    operations = [NeedsTwo(each) for each in (TARIFF, TARIFF_GONE, VAT, VAT_GONE, CORRECTION)]
