"""The day summary is what the facts say: counted here once more, in one go and in other words."""

from collections import Counter
from datetime import date

from reporting.dashboard import counted
from reporting.integrity.invariants import Violations, invariant, select

EVER = date(9999, 12, 31)

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
    shown: Counter[tuple] = Counter()
    for each in counted.per_day(EVER):
        shown[each.what, str(each.day), each.organisation, each.branch, each.track] += each.number
    facts: Counter[tuple] = Counter()
    for row in select(STANDING):
        facts[row["what"], str(row["day"]), row["organisation"], row["branch"], row["track"]] += row["number"]
    for key in sorted({*shown, *facts}):
        if shown[key] != facts[key]:
            what, day, organisation, branch, track = key
            place = {"organisation": organisation, "branch": branch, "track": track}
            yield {"what": what, "day": day, **place, "shown": shown[key], "facts": facts[key]}


@invariant("Een dagtotaal staat in de maand van zijn dag")
def day_summary_is_in_its_month() -> Violations:
    rows = select("SELECT id AS summary, day, month FROM reporting_daysummary")
    for row in rows:
        day = date.fromisoformat(str(row["day"]))
        if row["month"] != day.year * 12 + day.month - 1:
            yield {**row, "day": str(day)}


@invariant("Een maandtotaal van het dashboard is de som van zijn dagen")
def month_summary_adds_up_its_days() -> Violations:
    return select("""
        SELECT what, month, organisation, branch, track, SUM(days) AS days, SUM(months) AS months
        FROM (SELECT what, month, organisation, branch, track, count AS days, 0 AS months FROM reporting_daysummary
              UNION ALL
              SELECT what, month, organisation, branch, track, 0, count FROM reporting_monthsummary) both_summaries
        GROUP BY what, month, organisation, branch, track HAVING SUM(days) <> SUM(months)""")
