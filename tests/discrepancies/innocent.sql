-- What is no corruption in what was said about discrepancies (see tests/reporting/innocent.sql).

-- a word after the last word that was taken back: last_words_are_last
COPY discrepancies_answer {AN_ANSWER}, ordinal = 3, revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice';

-- a word after one that was taken back: last_words_are_last
UPDATE discrepancies_answer SET revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = {AN_ANSWER};
COPY discrepancies_answer {AN_ANSWER}, ordinal = 3, revoked_at = NULL, revoked_by_id = NULL, revoke_reason = '';

-- a word after later: last_words_are_last
UPDATE discrepancies_answer SET until = '2030-01-01' WHERE id = {AN_ANSWER};
COPY discrepancies_answer {AN_ANSWER}, ordinal = 3;

-- a word after the organisation said that it is not its own: last_words_are_last
COPY discrepancies_answer {A_DENIAL}, ordinal = 2, words = 'checked', by_party = false;

-- two reminders on one day: reminders_escalate_in_order
UPDATE discrepancies_reminder SET "on" = (SELECT "on" FROM discrepancies_reminderseries WHERE id = series_id);

-- a series that was over on the day of its last reminder: reminders_escalate_in_order
UPDATE discrepancies_reminderseries SET over_on = (SELECT MAX("on") FROM discrepancies_reminder WHERE series_id = discrepancies_reminderseries.id);

-- two series one after the other: reminders_escalate_in_order
DELETE FROM discrepancies_reminder WHERE level > 1;
UPDATE discrepancies_reminderseries SET over_on = "on";
COPY discrepancies_reminderseries (SELECT MIN(id) FROM discrepancies_reminderseries);
COPY discrepancies_reminder (SELECT MIN(id) FROM discrepancies_reminder), series_id = (SELECT MAX(id) FROM discrepancies_reminderseries);
