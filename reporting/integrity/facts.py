"""The facts: by the right kind of organisation, on a day that fits, revoked wholly or not at all."""

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import TruncDate

from intermediaries.models import Handout
from kbl.facts import Fact
from kbl.organisations.models import Programme
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from reporting.integrity.invariants import Violations, a_year_after, invariant, select

FACTS: tuple[type[Fact], ...] = (Handout, Enrolment, MembershipYear, MembershipEnd)
ANSWERS = (MembershipYear, MembershipEnd)


@invariant("Een uitreiking is door de houder van de voucher, vanaf de dag dat hij hem had")
def handouts_are_by_the_holder() -> Violations:
    return select("""
        SELECT handout.id AS handout, voucher.serial, handout.organisation_id AS organisation,
               voucher.holder_id AS holder
        FROM intermediaries_handout handout JOIN vouchers_voucher voucher ON voucher.serial = handout.voucher_id
        WHERE handout.revoked_at IS NULL
          AND (voucher.holder_id IS NULL OR voucher.holder_id <> handout.organisation_id
               OR voucher.held_since IS NULL OR handout."on" < voucher.held_since)""")


@invariant("Een uitreiking is niet voor het begin van het programma, en van een voucher die die dag geldig was")
def handouts_are_within_the_programme() -> Violations:
    return select("""
        SELECT handout.id AS handout, handout."on" AS day
        FROM intermediaries_handout handout
             JOIN vouchers_voucher voucher ON voucher.serial = handout.voucher_id
             JOIN vouchers_batch batch ON batch.id = voucher.batch_id
             JOIN organisations_programme programme ON programme.id = 1
        WHERE handout.revoked_at IS NULL
          AND (handout."on" < programme.starts_on
               OR handout."on" > COALESCE(voucher.extended_until, batch.valid_until))""")


@invariant("De accreditatie van een uitreiking is van die intermediair en geldt op die dag")
def handouts_are_accredited_or_flagged() -> Violations:
    return select("""
        SELECT handout.id AS handout, handout."on" AS day, handout.accreditation_id AS accreditation
        FROM intermediaries_handout handout
             LEFT JOIN intermediaries_accreditation accreditation ON accreditation.id = handout.accreditation_id
        WHERE handout.accreditation_id IS NOT NULL
          AND (accreditation.id IS NULL OR accreditation.organisation_id <> handout.organisation_id
               OR handout."on" < accreditation.valid_from OR handout."on" > accreditation.valid_until)""")


@invariant("Een organisatie heeft op een dag hooguit één accreditatie")
def one_accreditation_a_day() -> Violations:
    return select("""
        SELECT one.id AS accreditation, other.id AS overlaps, one.organisation_id AS organisation
        FROM intermediaries_accreditation one JOIN intermediaries_accreditation other
             ON other.organisation_id = one.organisation_id AND other.id > one.id
        WHERE (one.valid_until IS NULL OR one.valid_until >= other.valid_from)
          AND (other.valid_until IS NULL OR other.valid_until >= one.valid_from)""")


@invariant("Een inschrijving is bij een bibliotheek die meedoet, aan haar eigen vestiging, vanaf de begindag")
def enrolments_are_at_a_participating_library() -> Violations:
    return select("""
        SELECT enrolment.id AS enrolment, enrolment."on" AS day, enrolment.library_id AS library
        FROM libraries_enrolment enrolment
             LEFT JOIN libraries_participation participation ON participation.library_id = enrolment.library_id
             LEFT JOIN organisations_branch branch ON branch.id = enrolment.branch_id
             LEFT JOIN organisations_municipality municipality ON municipality.id = branch.municipality_id
        WHERE enrolment.revoked_at IS NULL
          AND (participation.id IS NULL OR enrolment."on" < participation.starts_on
               OR branch.organisation_id IS NULL OR branch.organisation_id <> enrolment.library_id
               OR municipality.starts_on IS NULL OR enrolment."on" < municipality.starts_on)""")


@invariant("Een lidmaatschap begint in de looptijd, met een geldige voucher die toen al gemaakt was")
def enrolments_are_within_the_programme() -> Violations:
    return select("""
        SELECT enrolment.id AS enrolment, enrolment."on" AS day
        FROM libraries_enrolment enrolment
             JOIN vouchers_voucher voucher ON voucher.serial = enrolment.voucher_id
             JOIN vouchers_batch batch ON batch.id = voucher.batch_id
             JOIN organisations_programme programme ON programme.id = 1
        WHERE enrolment.revoked_at IS NULL
          AND (enrolment."on" > programme.ends_on OR enrolment."on" < batch.made_on
               OR enrolment."on" > COALESCE(voucher.extended_until, batch.valid_until))""")


@invariant("Een geldige inschrijving heeft een eerste jaar vanaf dezelfde dag, een ingetrokken inschrijving geen enkel")
def first_years_come_with_their_enrolment() -> Violations:
    return select("""
        SELECT enrolment.id AS enrolment, enrolment."on" AS day, year.id AS year
        FROM libraries_enrolment enrolment
             LEFT JOIN libraries_membershipyear year ON year.enrolment_id = enrolment.id AND year.revoked_at IS NULL
                  AND year.ordinal = 1
        WHERE enrolment.revoked_at IS NULL AND (year.id IS NULL OR year."on" <> enrolment."on")
        UNION ALL
        SELECT enrolment.id, enrolment."on", year.id
        FROM libraries_enrolment enrolment
             JOIN libraries_membershipyear year ON year.enrolment_id = enrolment.id AND year.revoked_at IS NULL
        WHERE enrolment.revoked_at IS NOT NULL""")


@invariant("Elk volgend lidmaatschapsjaar volgt op het vorige, precies een jaar later en binnen de looptijd")
def years_follow_each_other() -> Violations:
    return select(f"""
        SELECT year.id AS year, year.ordinal, year."on" AS day
        FROM libraries_membershipyear year
             LEFT JOIN libraries_membershipyear before ON before.enrolment_id = year.enrolment_id
                  AND before.ordinal = year.ordinal - 1 AND before.revoked_at IS NULL
             JOIN organisations_programme programme ON programme.id = 1
        WHERE year.revoked_at IS NULL
          AND ((year.ordinal > 1 AND (before.id IS NULL OR year."on" <> {a_year_after('before."on"')}))
               OR year."on" > programme.ends_on OR year.ordinal < 1)""")


@invariant("Een lidmaatschap begint niet voor de uitreiking, en niet voor de voucher bij zijn houder was")
def memberships_follow_the_voucher() -> Violations:
    """The years themselves, whatever day their enrolment says."""
    return select("""
        SELECT year.id AS year, year."on" AS day, handout."on" AS handed_out, voucher.held_since
        FROM libraries_membershipyear year
             JOIN libraries_enrolment enrolment ON enrolment.id = year.enrolment_id
             JOIN vouchers_voucher voucher ON voucher.serial = enrolment.voucher_id
             LEFT JOIN intermediaries_handout handout
                       ON handout.voucher_id = voucher.serial AND handout.revoked_at IS NULL
        WHERE year.revoked_at IS NULL AND (year."on" < handout."on" OR year."on" < voucher.held_since)""")


@invariant("Wie verder terug ging dan mag, gaf een reden")
def days_are_not_too_far_back() -> Violations:
    """Counted in quarters from the day of recording; a reason without need is none of the books' business."""
    back = Programme.current().quarters_back if Programme.objects.exists() else 1
    for model in (Handout, Enrolment):
        told = model._default_manager.filter(late_reason="").annotate(heard=TruncDate("recorded_at")).order_by()
        for on, heard in told.values_list("on", "heard").distinct():
            if (heard.year * 4 + (heard.month - 1) // 3) - (on.year * 4 + (on.month - 1) // 3) > back:
                yield {"fact": model._meta.model_name, "day": on, "recorded": heard}


@invariant("Een lidmaatschapsjaar is van de bibliotheek van de inschrijving")
def years_are_at_the_library_of_the_enrolment() -> Violations:
    return select("""
        SELECT year.id AS year, year.library_id AS library, enrolment.library_id AS enrolled_at
        FROM libraries_membershipyear year JOIN libraries_enrolment enrolment ON enrolment.id = year.enrolment_id
        WHERE year.library_id <> enrolment.library_id""")


@invariant("Na een beëindiging komt geen jaar meer")
def nothing_follows_an_end() -> Violations:
    return select("""
        SELECT ended.id AS membership_end, year.id AS year
        FROM libraries_membershipend ended
             JOIN libraries_membershipyear year ON year.enrolment_id = ended.enrolment_id
        WHERE ended.revoked_at IS NULL AND year.revoked_at IS NULL AND year."on" >= ended."on\"""")


@invariant("Een geweigerd aanbod is aan een balie, en noemt een voucher als het nummer van ons is")
def refusals_are_at_a_desk() -> Violations:
    """A library that does not take part (yet) is told so, and that is kept: having a branch is enough."""
    return select("""
        SELECT refusal.id AS refusal, refusal.library_id AS library, refusal.reason
        FROM libraries_refusal refusal
        WHERE NOT EXISTS (SELECT 1 FROM organisations_branch branch WHERE branch.organisation_id = refusal.library_id)
              OR (refusal.reason = 'unknown') <> (refusal.voucher_id IS NULL)""")


@invariant("Niets is gebeurd na de dag waarop het is vastgelegd")
def nothing_happened_in_the_future() -> Violations:
    """Whether a membership goes on may be answered a few days before, when the programme says so."""
    margin = Programme.current().renewal_margin if Programme.objects.exists() else 0
    for model in FACTS:
        rows = model._default_manager.annotate(heard=TruncDate("recorded_at")).filter(on__gt=F("heard")).order_by()
        for pk, on, heard in rows.values_list("pk", "on", "heard"):
            if model in ANSWERS and on <= heard + timedelta(days=margin):
                continue
            yield {"fact": model._meta.model_name, "id": pk, "day": on, "recorded": heard}


@invariant("Een feit is helemaal ingetrokken of niet, en nooit voor het was vastgelegd")
def facts_are_revoked_wholly_or_not() -> Violations:
    stands = Q(revoked_at__isnull=True, revoked_by__isnull=True, revoke_reason="")
    revoked = Q(revoked_at__gte=F("recorded_at"), revoked_by__isnull=False) & ~Q(revoke_reason="")
    for model in FACTS:
        for pk in model._default_manager.exclude(stands | revoked).order_by().values_list("pk", flat=True):
            yield {"fact": model._meta.model_name, "id": pk}
