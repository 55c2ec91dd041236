-- What may be planted in what was said about discrepancies: a name, the check that must find it, and how it is done
-- (see tests/reporting/each_condition.sql). {AN_ANSWER} and the like are rows of the history in test_books.py.

-- an answer that vanished: answers_come_in_turn
DELETE FROM discrepancies_answer WHERE id = {A_PAUSE};

-- an answer that jumped a turn: answers_come_in_turn
UPDATE discrepancies_answer SET ordinal = ordinal + 1 WHERE id = {AN_ANSWER};

-- the same answer twice: answers_come_in_turn
COPY discrepancies_answer {AN_ANSWER};

-- a word after the last word: last_words_are_last
COPY discrepancies_answer {AN_ANSWER}, ordinal = 3, words = 'not_ours', by_party = true;

-- an answer that was brought back to life: last_words_are_last
UPDATE discrepancies_answer SET revoked_at = NULL, revoked_by_id = NULL, revoke_reason = '' WHERE id = {REVOKED};

-- an answer of another class: answers_fit_their_class
UPDATE discrepancies_answer SET words = 'copy' WHERE id = {AN_ANSWER};

-- an answer that only the organisation could give: answers_fit_their_class
UPDATE discrepancies_answer SET by_party = NOT by_party WHERE id = {A_DENIAL};

-- an answer that went to another kind of refusal: answers_fit_their_class
UPDATE discrepancies_answer SET kind = 'refused', words = 'explained' WHERE id = {ABOUT_TWICE};

-- a reminder that was skipped: reminders_escalate_in_order
DELETE FROM discrepancies_reminder WHERE level = 1;

-- a firm reminder before the friendly one: reminders_escalate_in_order
UPDATE discrepancies_reminder SET "on" = '2025-01-01' WHERE level = 2;

-- a series without a reminder: reminders_escalate_in_order
DELETE FROM discrepancies_reminder;

-- a reminder after it was over: reminders_escalate_in_order
UPDATE discrepancies_reminderseries SET over_on = "on";

-- two series at once, each as it should be: reminders_escalate_in_order
DELETE FROM discrepancies_reminder WHERE level > 1;
COPY discrepancies_reminderseries (SELECT MIN(id) FROM discrepancies_reminderseries);
COPY discrepancies_reminder (SELECT MIN(id) FROM discrepancies_reminder), series_id = (SELECT MAX(id) FROM discrepancies_reminderseries);

-- a series that began on another day than its first reminder: reminders_escalate_in_order
UPDATE discrepancies_reminderseries SET "on" = "on" + 1;

-- an answer to a refusal of a number that nobody knows: answers_fit_their_class
UPDATE discrepancies_answer SET kind = 'refused', words = 'explained', by_party = false WHERE id = {ABOUT_TWICE};
UPDATE libraries_refusal SET reason = 'unknown' WHERE id = (SELECT refusal_id FROM discrepancies_answer WHERE id = {ABOUT_TWICE});

-- a number offered twice that was refused for something else: answers_fit_their_class
UPDATE libraries_refusal SET reason = 'void' WHERE id = (SELECT refusal_id FROM discrepancies_answer WHERE id = {ABOUT_TWICE});
