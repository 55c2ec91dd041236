"""Answers to discrepancies and reminders: one after another, the last word last, each mail in its turn."""

from kbl.discrepancies.reconciliation import DISCREPANCIES
from reporting.integrity.invariants import Violations, invariant, select

ABOUT = "COALESCE(enrolment_id, handout_id, refusal_id, difference_id)"


@invariant("Antwoorden op een verschil volgen elkaar op, zonder gat of dubbel")
def answers_come_in_turn() -> Violations:
    return select(f"""
        SELECT kind, {ABOUT} AS about, COUNT(*) AS answers, MAX(ordinal) AS last
        FROM discrepancies_answer GROUP BY kind, {ABOUT}
        HAVING COUNT(*) <> MAX(ordinal) OR COUNT(DISTINCT ordinal) <> COUNT(*)""")


@invariant("Na het laatste woord over een verschil komt er geen meer")
def last_words_are_last() -> Violations:
    return select(f"""
        SELECT answer.id AS answer, answer.words, later.id AS later
        FROM (SELECT id, kind, words, ordinal, {ABOUT} AS about FROM discrepancies_answer
              WHERE revoked_at IS NULL AND until IS NULL AND words <> 'not_ours') answer
             JOIN (SELECT id, kind, ordinal, {ABOUT} AS about FROM discrepancies_answer WHERE revoked_at IS NULL) later
               ON later.kind = answer.kind AND later.about = answer.about AND later.ordinal > answer.ordinal""")


@invariant("Elk antwoord hoort bij zijn soort verschil")
def answers_fit_their_class() -> Violations:
    """The words are of the list that the class has, for Cubiss or for the organisation; so is the refusal's reason."""
    offered = ", ".join(
        f"('{each.kind!s}', '{words!s}', {by_party})"
        for each in DISCREPANCIES
        for by_party, answers in ((False, each.offered), (True, each.offered_to_party))
        for words in answers
    )
    return select(f"""
        WITH offered(kind, words, by_party) AS (VALUES {offered})
        SELECT answer.id AS answer, answer.kind, answer.words, refusal.reason
        FROM discrepancies_answer answer
             LEFT JOIN offered ON offered.kind = answer.kind AND offered.words = answer.words
                               AND offered.by_party = answer.by_party
             LEFT JOIN libraries_refusal refusal ON refusal.id = answer.refusal_id
        WHERE offered.kind IS NULL
              OR (answer.kind = 'twice' AND refusal.reason <> 'already_redeemed')
              OR (answer.kind = 'refused' AND refusal.reason IN ('already_redeemed', 'unknown'))""")


@invariant("Herinneringen gaan op volgorde, binnen hun reeks, en een organisatie heeft er één reeks tegelijk van")
def reminders_escalate_in_order() -> Violations:
    return select("""
        SELECT series.id AS series, series.organisation_id AS organisation, COUNT(reminder.id) AS reminders
        FROM discrepancies_reminderseries series
             LEFT JOIN (SELECT id, series_id, level, "on",
                               LAG("on") OVER (PARTITION BY series_id ORDER BY level) AS before
                        FROM discrepancies_reminder) reminder ON reminder.series_id = series.id
        GROUP BY series.id, series.organisation_id, series."on", series.over_on
        HAVING COUNT(reminder.id) <> COALESCE(MAX(reminder.level), -1) OR MIN(reminder."on") <> series."on"
               OR COUNT(CASE WHEN reminder."on" < reminder.before THEN 1 END) > 0
               OR MAX(reminder."on") > series.over_on
        UNION ALL
        SELECT MAX(id), organisation_id, COUNT(*) FROM discrepancies_reminderseries WHERE over_on IS NULL
        GROUP BY organisation_id HAVING COUNT(*) > 1""")
