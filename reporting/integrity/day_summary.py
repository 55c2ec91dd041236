"""The day summary is what the facts say: counted here once more, in one go and in other words."""

from django.db import connection

from reporting.dashboard import counted
from reporting.integrity.invariants import Violations, invariant, select

_TRACK = "CASE WHEN given.id IS NULL THEN -1 WHEN under.id IS NULL THEN 0 ELSE under.track END AS track"
_GIVEN = """
            LEFT JOIN intermediaries_handout given
                      ON given.voucher_id = enrolment.voucher_id AND given.revoked_at IS NULL
            LEFT JOIN intermediaries_accreditation under ON under.id = given.accreditation_id"""
STANDING = f"""
    SELECT what, day, organisation, branch, track, COUNT(*) AS number FROM (
        SELECT 'handed_out' AS what, given."on" AS day, given.organisation_id AS organisation, 0 AS branch, {_TRACK}
        FROM intermediaries_handout given
             LEFT JOIN intermediaries_accreditation under ON under.id = given.accreditation_id
        WHERE given.revoked_at IS NULL
        UNION ALL
        SELECT enrolment.kind, enrolment."on", enrolment.library_id, enrolment.branch_id, {_TRACK}
        FROM libraries_enrolment enrolment {_GIVEN}
        WHERE enrolment.revoked_at IS NULL
        UNION ALL
        SELECT 'renewed', later."on", later.library_id, enrolment.branch_id, {_TRACK}
        FROM libraries_membershipyear later
             JOIN libraries_enrolment enrolment ON enrolment.id = later.enrolment_id {_GIVEN}
        WHERE later.revoked_at IS NULL AND later.ordinal > 1 AND enrolment.kind <> 'free_anyway') standing
    GROUP BY what, day, organisation, branch, track"""


@invariant("De dagtotalen van het dashboard zijn gelijk aan de feiten")
def day_summary_equals_the_facts() -> Violations:
    """With the facts that are counted beside it, as every page reads it."""
    for what, day, organisation, branch, track, shown, facts in counted.differing(STANDING, "number"):
        place = {"organisation": organisation, "branch": branch, "track": track}
        yield {"what": what, "day": str(day), **place, "shown": shown, "facts": facts}


@invariant("Een dagtotaal staat in de maand van zijn dag")
def day_summary_is_in_its_month() -> Violations:
    month = (
        "date_part('year', day) * 12 + date_part('month', day) - 1"
        if connection.vendor == "postgresql"
        else "substr(day, 1, 4) * 12 + substr(day, 6, 2) - 1"
    )
    rows = select(f"SELECT id AS summary, day, month FROM reporting_daysummary WHERE month <> {month}")
    return [{**row, "day": str(row["day"])} for row in rows]


@invariant("Een maandtotaal van het dashboard is de som van zijn dagen")
def month_summary_adds_up_its_days() -> Violations:
    return select("""
        SELECT what, month, organisation, branch, track, SUM(days) AS days, SUM(months) AS months
        FROM (SELECT what, month, organisation, branch, track, count AS days, 0 AS months FROM reporting_daysummary
              UNION ALL
              SELECT what, month, organisation, branch, track, 0, count FROM reporting_monthsummary) both_summaries
        GROUP BY what, month, organisation, branch, track HAVING SUM(days) <> SUM(months)""")
