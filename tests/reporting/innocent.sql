-- What is no corruption, and what a check must say nothing of: a name, the check, and how it is done (see plants.sql).
-- A check that finds everything is of no more use than one that finds nothing.

-- a hand-out that was paid before KBL came is on no line: billable_facts_are_billed
UPDATE intermediaries_handout SET paid_before = true WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a hand-out outside an accreditation is on no line: billable_facts_are_billed
UPDATE intermediaries_handout SET accreditation_id = NULL WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a hand-out that was taken back is on no line: billable_facts_are_billed
UPDATE intermediaries_handout SET revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a hand-out that was told after the closing waits for the next: billable_facts_are_billed
UPDATE intermediaries_handout SET recorded_at = '2027-01-30' WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a membership that was paid before KBL came is on no line: billable_facts_are_billed
UPDATE libraries_membershipyear SET paid_before = true WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE});
DELETE FROM settlements_line WHERE id = {A_FEE};

-- a membership that is free anyway is on no line: billable_facts_are_billed
UPDATE libraries_enrolment SET kind = 'free_anyway' WHERE id = (SELECT y.enrolment_id FROM libraries_membershipyear y JOIN settlements_line l ON l.membership_year_id = y.id WHERE l.id = {A_FEE});
DELETE FROM settlements_line WHERE membership_year_id IN (SELECT y.id FROM libraries_membershipyear y JOIN libraries_enrolment e ON e.id = y.enrolment_id WHERE e.kind = 'free_anyway');

-- a conversion is on no line where the programme does not pay it: billable_facts_are_billed
UPDATE organisations_programme SET conversions_funded = false;
UPDATE libraries_enrolment SET kind = 'conversion' WHERE id = (SELECT y.enrolment_id FROM libraries_membershipyear y JOIN settlements_line l ON l.membership_year_id = y.id WHERE l.id = {A_FEE});
DELETE FROM settlements_line WHERE membership_year_id IN (SELECT y.id FROM libraries_membershipyear y JOIN libraries_enrolment e ON e.id = y.enrolment_id WHERE e.kind = 'conversion');

-- a membership from before the programme's first day is on no line: billable_facts_are_billed
UPDATE organisations_programme SET starts_on = (SELECT "on" + 1 FROM settlements_line WHERE id = {A_FEE});
DELETE FROM settlements_line WHERE membership_year_id IS NOT NULL AND "on" <= (SELECT "on" FROM settlements_line WHERE id = {A_FEE});

-- an answer a few days ahead, as the programme allows: nothing_happened_in_the_future
UPDATE organisations_programme SET renewal_margin = 14;
UPDATE libraries_membershipyear SET "on" = (recorded_at + interval '14 days')::date WHERE id = {A_RENEWAL};

-- a treatment of a party from the day after its last line: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', '2027-02-01', 'high' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- an accreditation that ends the day before the next begins: one_accreditation_a_day
UPDATE intermediaries_accreditation SET valid_until = '2029-12-31' WHERE organisation_id = (SELECT organisation_id FROM intermediaries_accreditation WHERE id = (SELECT MIN(id) FROM intermediaries_accreditation)) AND valid_from < '2030-01-01' AND valid_until IS NULL;
COPY intermediaries_accreditation (SELECT MIN(id) FROM intermediaries_accreditation), valid_from = '2030-01-01', valid_until = NULL;

-- a hand-out on the first day of its accreditation and one on the last: handouts_are_accredited_or_flagged
UPDATE intermediaries_accreditation SET valid_from = (SELECT MIN("on") FROM intermediaries_handout h WHERE h.accreditation_id = intermediaries_accreditation.id), valid_until = (SELECT MAX("on") FROM intermediaries_handout h WHERE h.accreditation_id = intermediaries_accreditation.id);

-- a hand-out on the day that the voucher came: handouts_are_by_the_holder
UPDATE intermediaries_handout SET "on" = (SELECT held_since FROM vouchers_voucher WHERE serial = voucher_id) WHERE id = {A_HANDOUT};

-- a treatment of a party that was over before its first line, and the one that came after it: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', '2024-01-01', 'high' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', '2024-06-01', l.vat FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_FEE};

-- the last number that there can be: numbers_are_well_formed
UPDATE vouchers_voucher SET serial = 9999999 WHERE serial = {IN_STOCK};

-- the first number that there can be: numbers_are_well_formed
UPDATE vouchers_voucher SET serial = 1 WHERE serial = 1;

-- random digits that came as often as chance does: secrets_are_scattered
UPDATE vouchers_voucher SET secret = '123456' WHERE serial IN (SELECT serial FROM vouchers_voucher WHERE batch_id = (SELECT MIN(id) FROM vouchers_batch) ORDER BY serial LIMIT 4);

-- a hand-out that was taken back, of what another holds now: handouts_are_by_the_holder
UPDATE intermediaries_handout SET organisation_id = {ANOTHER}, "on" = '2025-01-01' WHERE revoked_at IS NOT NULL;

-- a hand-out that was taken back, from before the programme: handouts_are_within_the_programme
UPDATE intermediaries_handout SET "on" = '2020-01-01' WHERE revoked_at IS NOT NULL;

-- a hand-out on the programme's first day: handouts_are_within_the_programme
UPDATE organisations_programme SET starts_on = (SELECT MIN("on") FROM intermediaries_handout);

-- a hand-out on the voucher's last day: handouts_are_within_the_programme
UPDATE vouchers_batch SET valid_until = (SELECT MAX(h."on") FROM intermediaries_handout h JOIN vouchers_voucher v ON v.serial = h.voucher_id WHERE v.batch_id = vouchers_batch.id) WHERE id IN (SELECT v.batch_id FROM intermediaries_handout h JOIN vouchers_voucher v ON v.serial = h.voucher_id);

-- a hand-out of a voucher that lasts longer than its batch: handouts_are_within_the_programme
UPDATE vouchers_voucher SET extended_until = '2029-01-01';
UPDATE vouchers_batch SET valid_until = '2025-01-01';

-- a membership with a voucher that lasts longer than its batch: enrolments_are_within_the_programme
UPDATE vouchers_voucher SET extended_until = '2029-01-01';
UPDATE vouchers_batch SET valid_until = '2025-01-01';

-- a membership on the voucher's last day: enrolments_are_within_the_programme
UPDATE vouchers_voucher SET extended_until = (SELECT MAX(e."on") FROM libraries_enrolment e WHERE e.voucher_id = serial);

-- a membership on the programme's last day: enrolments_are_within_the_programme
UPDATE organisations_programme SET ends_on = (SELECT MAX("on") FROM libraries_enrolment);

-- a membership on the day that the voucher was made: enrolments_are_within_the_programme
UPDATE vouchers_batch SET made_on = (SELECT MIN(e."on") FROM libraries_enrolment e JOIN vouchers_voucher v ON v.serial = e.voucher_id WHERE v.batch_id = vouchers_batch.id) WHERE id IN (SELECT v.batch_id FROM libraries_enrolment e JOIN vouchers_voucher v ON v.serial = e.voucher_id);

-- a membership that was taken back, from before everything: enrolments_are_within_the_programme
UPDATE libraries_enrolment SET "on" = '2020-01-01' WHERE revoked_at IS NOT NULL;

-- a membership that was taken back, at a library that does not take part: enrolments_are_at_a_participating_library
UPDATE libraries_enrolment SET library_id = {ANOTHER}, "on" = '2020-01-01' WHERE revoked_at IS NOT NULL;

-- a membership on the library's first day: enrolments_are_at_a_participating_library
UPDATE libraries_participation SET starts_on = COALESCE((SELECT MIN(e."on") FROM libraries_enrolment e WHERE e.library_id = libraries_participation.library_id AND e.revoked_at IS NULL), starts_on);

-- a membership on the municipality's first day: enrolments_are_at_a_participating_library
UPDATE organisations_municipality SET starts_on = COALESCE((SELECT MIN(e."on") FROM libraries_enrolment e JOIN organisations_branch b ON b.id = e.branch_id WHERE b.municipality_id = organisations_municipality.id AND e.revoked_at IS NULL), starts_on);

-- a year on the programme's last day: years_follow_each_other
UPDATE organisations_programme SET ends_on = (SELECT MAX("on") FROM libraries_membershipyear WHERE revoked_at IS NULL);

-- a year that was taken back, on any day: years_follow_each_other
UPDATE libraries_membershipyear SET "on" = '2040-01-01' WHERE revoked_at IS NOT NULL;

-- a year that was taken back, from before the hand-out: memberships_follow_the_voucher
UPDATE libraries_membershipyear SET "on" = '2020-01-01' WHERE revoked_at IS NOT NULL;

-- a membership on the day of the hand-out: memberships_follow_the_voucher
UPDATE intermediaries_handout SET "on" = y."on" FROM libraries_enrolment e JOIN libraries_membershipyear y ON y.enrolment_id = e.id AND y.ordinal = 1 WHERE e.voucher_id = intermediaries_handout.voucher_id AND y.revoked_at IS NULL AND intermediaries_handout.revoked_at IS NULL;

-- a membership from before a hand-out that was taken back: memberships_follow_the_voucher
UPDATE intermediaries_handout SET revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice', "on" = '2030-01-01';

-- a renewal after an end that was taken back: nothing_follows_an_end
UPDATE libraries_membershipend SET enrolment_id = (SELECT enrolment_id FROM libraries_membershipyear WHERE id = {A_RENEWAL}), "on" = '2025-01-01', revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice';

-- a renewal that was taken back, after an end: nothing_follows_an_end
UPDATE libraries_membershipend SET enrolment_id = (SELECT enrolment_id FROM libraries_membershipyear WHERE id = {A_RENEWAL}), "on" = (SELECT "on" FROM libraries_membershipyear WHERE id = {A_RENEWAL}) WHERE id = (SELECT MIN(id) FROM libraries_membershipend);
UPDATE libraries_membershipyear SET revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = {A_RENEWAL};

-- a day of the last day of the quarter before: days_are_not_too_far_back
UPDATE intermediaries_handout SET recorded_at = (date_trunc('quarter', "on") + interval '6 months')::date - interval '1 day' + interval '12 hours' WHERE id = {A_HANDOUT};

-- a day from long ago, with why: days_are_not_too_far_back
UPDATE intermediaries_handout SET recorded_at = "on" + interval '2 years', late_reason = 'found' WHERE id = {A_HANDOUT};

-- a fact that was revoked in the very moment: facts_are_revoked_wholly_or_not
UPDATE libraries_enrolment SET revoked_at = recorded_at WHERE revoked_at IS NOT NULL;

-- a hand-out that was told a minute before the closing and waits for the next: billable_facts_are_billed
UPDATE intermediaries_handout SET recorded_at = (SELECT c.closed_at - interval '1 minute' FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING}) WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a membership that was taken back is on no line: billable_facts_are_billed
UPDATE libraries_membershipyear SET revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE});
DELETE FROM settlements_line WHERE id = {A_FEE};

-- a membership that was told after the closing waits for the next: billable_facts_are_billed
UPDATE libraries_membershipyear SET recorded_at = '2027-01-30' WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE});
DELETE FROM settlements_line WHERE id = {A_FEE};

-- a line for what was told in the moment of the closing: open_periods_are_not_billed
UPDATE intermediaries_handout SET recorded_at = (SELECT c.closed_at FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING}) WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});

-- a fee for a year on the programme's last day, and on its first: free_things_are_not_billed
UPDATE organisations_programme SET ends_on = (SELECT MAX("on") FROM settlements_line WHERE membership_year_id IS NOT NULL), starts_on = (SELECT MIN("on") FROM settlements_line WHERE membership_year_id IS NOT NULL);

-- a correction in the very moment of its closing: corrections_were_asked_for
UPDATE settlements_correction SET at = (SELECT c.closed_at FROM settlements_line l JOIN settlements_statement s ON s.id = l.statement_id JOIN settlements_closing c ON c.id = s.closing_id WHERE l.corrects_id = settlements_correction.line_id);

-- a step in the very moment of the closing: steps_follow_the_closing
UPDATE settlements_statementstep SET at = (SELECT c.closed_at FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id WHERE s.id = {AN_APPROVED}) WHERE statement_id = {AN_APPROVED};

-- a quarter that was closed on the day after its last: quarters_are_closed_in_order
UPDATE settlements_closing SET closed_at = '2027-01-01 12:00:00+01' WHERE quarter = '2026-Q4';
UPDATE organisations_closedquarter SET closed_at = '2027-01-01 12:00:00+01' WHERE quarter = '2026-Q4';

-- a booking of nothing: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = 0 WHERE outcome = 'other';

-- two bookings of a payment on two days under one reference: bookings_count_once
COPY payments_bankentry {A_DEBIT}, position = 9999, on = '2027-03-01';

-- two bookings of a payment without a reference: bookings_count_once
UPDATE payments_bankentry SET reference = '' WHERE id = {A_DEBIT};
COPY payments_bankentry {A_DEBIT}, position = 9999;

-- a booking of a payment and one that came back under the same reference: bookings_count_once
COPY payments_bankentry {A_DEBIT}, position = 9999, outcome = 'returned', amount = -amount;

-- a statement of the bank that was read in on its own day: bookings_are_of_their_days
UPDATE payments_bankfile SET imported_at = last_day + interval '12 hours';

-- a payment of a run that was taken back, and that the bank made: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = '', ended_at = NULL WHERE id = (SELECT MIN(id) FROM payments_payment WHERE ended = 'cancelled');
COPY payments_bankentry {A_DEBIT}, position = 9999, payment_id = (SELECT MIN(p.id) FROM payments_payment p JOIN payments_paymentrun r ON r.id = p.run_id WHERE r.status = 'cancelled');

-- an account that was asked and refused: accounts_follow_their_requests
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL20INGB0001234567', '', '', '', '2027-02-01', MIN(id), '2027-02-02', MAX(id), 'refused' FROM accounts_user;

-- a number of a library that did not agree and numbers its invoices itself: own_numbers_belong_to_their_library
UPDATE settlements_statement SET particulars = '{"agreed": false}' WHERE id = {A_STATEMENT};
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, 'E-1', '2027-02-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};

-- one own number of two libraries: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT MIN(id), organisation_id, 'E-1', '2027-02-01', 1 FROM settlements_statement WHERE kind = 'invoice' AND net > 0 AND id NOT IN (SELECT statement_id FROM settlements_ownnumber) GROUP BY organisation_id;

-- the reports of two quarters: documents_belong_to_their_closing
COPY settlements_document (SELECT MIN(id) FROM settlements_document WHERE kind = 'report'), filename = 'again.pdf', closing_id = (SELECT MIN(id) FROM settlements_closing);

-- a failure of another paper than what is there: failed_document_is_not_there
INSERT INTO settlements_faileddocument (closing_id, statement_id, reason, at, attempts) SELECT d.closing_id, (SELECT MIN(s.id) FROM settlements_statement s WHERE s.closing_id = d.closing_id AND s.id NOT IN (SELECT statement_id FROM settlements_document WHERE statement_id IS NOT NULL)), 'OSError', d.made_at, 1 FROM settlements_document d WHERE d.kind = 'report';

-- a library's declaration that goes by the library's own treatment: lines_have_the_vat_of_their_day
UPDATE settlements_statement SET particulars = jsonb_set(particulars, '{library}', 'true') WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_HANDLING});
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', '2024-01-01', 'outside' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_HANDLING});

-- an invoice with two rates of VAT: vat_is_right
UPDATE settlements_line SET vat_rate = 9 WHERE id = {A_FEE};
UPDATE settlements_line SET vat_rate = 21 WHERE id = (SELECT MAX(l.id) FROM settlements_line l JOIN settlements_line f ON f.statement_id = l.statement_id WHERE f.id = {A_FEE});
UPDATE settlements_statement SET vat = (SELECT SUM(ROUND(net, 2)) FROM (SELECT SUM(net) * vat_rate / 100 AS net FROM settlements_line WHERE statement_id = settlements_statement.id GROUP BY vat_rate) rates) WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- an agreement that ended, and a library that has none: self_billing_is_what_was_agreed
UPDATE settlements_selfbilling SET ended_on = since;
UPDATE libraries_participation SET self_billing_since = NULL;

-- a treatment of a party that was over on the day of its first line: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', '2024-01-01', 'high' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', MIN(l."on"), MIN(l.vat) FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE s.kind = 'invoice' AND s.organisation_id = (SELECT f.organisation_id FROM settlements_statement f JOIN settlements_line a ON a.statement_id = f.id WHERE a.id = {A_FEE}) GROUP BY s.organisation_id;

-- a treatment of handing out, of who has memberships only: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT MIN(organisation_id), 'handling', '2024-01-01', 'high' FROM settlements_statement i WHERE kind = 'invoice' AND net > 0 AND NOT EXISTS (SELECT 1 FROM settlements_statement d WHERE d.kind = 'declaration' AND d.organisation_id = i.organisation_id AND d.net <> 0);

-- a library's declaration of who is no entrepreneur for handing out, but is for memberships: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'handling', '2024-01-01', 'outside' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_HANDLING});
UPDATE settlements_statement SET particulars = jsonb_set(particulars, '{library}', 'true') WHERE kind = 'declaration' AND organisation_id = (SELECT s.organisation_id FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING});
UPDATE settlements_line SET vat = 'exempt' WHERE statement_id IN (SELECT d.id FROM settlements_statement d JOIN settlements_statement s ON s.organisation_id = d.organisation_id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING} AND d.kind = 'declaration');

-- a library's declaration at the rate of handing out, where it is an entrepreneur for both: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'handling', '2024-01-01', 'high' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_HANDLING});
UPDATE settlements_statement SET particulars = jsonb_set(particulars, '{library}', 'true') WHERE kind = 'declaration' AND organisation_id = (SELECT s.organisation_id FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING});
UPDATE settlements_line SET vat = 'high', vat_rate = 21 WHERE statement_id IN (SELECT d.id FROM settlements_statement d JOIN settlements_statement s ON s.organisation_id = d.organisation_id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING} AND d.kind = 'declaration');

-- a library's declaration after a treatment of its memberships that was over by then: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', '2023-01-01', 'high' FROM settlements_statement s WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_HANDLING});
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', MIN(l."on"), 'outside' FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE s.kind = 'declaration' AND s.organisation_id = (SELECT f.organisation_id FROM settlements_statement f JOIN settlements_line a ON a.statement_id = f.id WHERE a.id = {A_HANDLING}) GROUP BY s.organisation_id;
UPDATE settlements_statement SET particulars = jsonb_set(particulars, '{library}', 'true') WHERE kind = 'declaration' AND organisation_id = (SELECT s.organisation_id FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING});

-- a day of two quarters back, as the programme allows: days_are_not_too_far_back
UPDATE organisations_programme SET quarters_back = 2;
UPDATE intermediaries_handout SET "on" = '2025-12-31', recorded_at = '2026-04-01 12:00+02', late_reason = '' WHERE id = {A_HANDOUT};

-- a day of the first day of a quarter, told on the last day of the next: days_are_not_too_far_back
UPDATE intermediaries_handout SET "on" = '2025-10-01', recorded_at = '2026-03-31 12:00+02', late_reason = '' WHERE id = {A_HANDOUT};

-- more than was asked went out, and the bank's booking says that it was another amount: nothing_was_asked_twice
UPDATE payments_bankentry SET outcome = 'different', amount = amount - 10 WHERE id = {A_DEBIT};

-- a payment of a run that nobody released, that the bank made too large: nothing_was_asked_twice
UPDATE payments_payment SET ended = 'cancelled', ended_at = '2027-02-01' WHERE id = (SELECT payment_id FROM payments_bankentry WHERE id = {A_DEBIT});
UPDATE payments_bankentry SET amount = amount - 10 WHERE id = {A_DEBIT};

-- a statement that came to nothing, and of which a payment was taken back: paid_is_what_the_bank_says
UPDATE settlements_statement SET net = 0, vat = 0, carried_in = 0, status = 'approved' WHERE id = (SELECT MIN(statement_id) FROM payments_payment WHERE ended = 'cancelled');
DELETE FROM payments_payment WHERE statement_id = (SELECT MIN(statement_id) FROM payments_payment WHERE ended = 'cancelled') AND ended = '';

-- a payment that the bank made a second time, of just its amount: entries_fit_their_outcome
COPY payments_bankentry (SELECT MIN(id) FROM payments_bankentry WHERE outcome = 'paid' AND payment_id NOT IN (SELECT payment_id FROM payments_bankentry WHERE outcome = 'returned')), position = 9999, outcome = 'twice';

-- money in that is a library's money back: refunds_are_money_that_came_in
INSERT INTO payments_refund (entry_id, payment_id, matched_at, matched_by_id) SELECT e.id, d.payment_id, '2027-02-10', 1 FROM payments_bankentry e, payments_bankentry d WHERE e.outcome = 'received' AND d.id = {A_DEBIT} LIMIT 1;

-- a payment that ended because its money came back without our reference: payments_ended_as_can_be_seen
INSERT INTO payments_refund (entry_id, payment_id, matched_at, matched_by_id) SELECT e.id, d.payment_id, '2027-02-10', 1 FROM payments_bankentry e, payments_bankentry d WHERE e.outcome = 'received' AND d.id = {A_DEBIT} LIMIT 1;
UPDATE payments_payment SET ended = 'returned', ended_at = '2027-02-10' WHERE id = (SELECT MAX(payment_id) FROM payments_refund);

-- a credit on invoices of who has declarations too: credits_are_carried
UPDATE settlements_statement SET organisation_id = {ANOTHER} WHERE kind = 'invoice' AND organisation_id = (SELECT organisation_id FROM settlements_statement WHERE carried_in < 0 AND kind = 'invoice' LIMIT 1);

-- who takes part no more and had no credit: credits_are_not_forgotten
DELETE FROM settlements_statement WHERE closing_id = {LAST_CLOSING} AND carried_in = 0;

-- an agreement by silence, on the day that was told, a week after the reminder: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
INSERT INTO settlements_reminder (statement_id, recipient, state, sent_at, attempts, silence_on) SELECT statement_id, 'a@b.example', 'sent', at - interval '7 days', 1, (at AT TIME ZONE 'Europe/Amsterdam')::date FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- an agreement by silence: only_silence_is_nobodys_step
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- an approval by nobody, which another check is for: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'approved' AND statement_id = {AN_APPROVED};

-- a number of a library that numbers its invoices itself: own_numbers_belong_to_their_library
UPDATE settlements_statement SET particulars = '{"own_numbers": true}' WHERE id = {A_STATEMENT};
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, 'E-1', '2027-02-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};

-- our own number on an invoice, from the very moment that its library agreed: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT s.id, s.organisation_id, s.number, b.at, 1 FROM settlements_statement s JOIN settlements_selfbilling b ON b.library_id = s.organisation_id WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- an invoice that waits for its number: nothing_goes_before_the_own_number
UPDATE settlements_statement SET status = 'draft', particulars = '{"own_numbers": true}' WHERE id = {AN_APPROVED};
DELETE FROM settlements_document WHERE statement_id = {AN_APPROVED};
UPDATE settlements_statement SET particulars = '{}' WHERE particulars::text LIKE '%own_numbers%' AND status <> 'draft';

-- an invoice that waits for its number and that its library agreed with: nothing_goes_before_the_own_number
DELETE FROM settlements_document WHERE statement_id = {AN_APPROVED};
UPDATE settlements_statement SET status = 'confirmed', particulars = '{"own_numbers": true}' WHERE id = {AN_APPROVED};

-- an invoice that waits for its number and that its library asked about: nothing_goes_before_the_own_number
DELETE FROM settlements_document WHERE statement_id = {AN_APPROVED};
UPDATE settlements_statement SET status = 'disputed', particulars = '{"own_numbers": true}' WHERE id = {AN_APPROVED};

-- a document that was made in the moment that the number came: nothing_goes_before_the_own_number
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT statement.id, statement.organisation_id, '17', document.made_at, 1 FROM settlements_document document JOIN settlements_statement statement ON statement.id = document.statement_id;

-- a report that could not be made and is not there: failed_document_is_not_there
INSERT INTO settlements_faileddocument (closing_id, statement_id, reason, at, attempts) SELECT closing_id, NULL, 'OSError', made_at, 1 FROM settlements_document WHERE kind = 'report';
DELETE FROM settlements_document WHERE kind = 'report';

-- an account that changed twice, each time by two: accounts_follow_their_requests
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL20INGB0001234567', '', '', '', '2027-02-01', MIN(id), '2027-02-02', MAX(id), 'accepted' FROM accounts_user;
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL86INGB0002445588', 'NL20INGB0001234567', '', '', '2027-02-03', MIN(id), '2027-02-04', MAX(id), 'accepted' FROM accounts_user;
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE id = {ANOTHER};

-- an account that two people changed after it was paid: paid_accounts_changed_by_two
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT o.id, 'NL86INGB0002445588', p.iban, '', '', '2027-02-01', 1, '2027-02-02', 2, 'accepted' FROM organisations_organisation o JOIN payments_payment p ON p.payee = o.name WHERE p.id = {A_PAYMENT};
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- a payment to whom the organisation was paid through then: paid_accounts_changed_by_two
UPDATE payments_payment SET payee = 'Wie het toen was', iban = 'NL20INGB0001234567' WHERE id = {A_PAYMENT};

-- numbers that were passed over, after the last that were made: passed_over_serials_do_not_exist
INSERT INTO organisations_numbergap (series, first, last, reason, at) SELECT 'vouchers', MAX(last_serial) + 1, MAX(last_serial) + 5, 'file', now() FROM vouchers_batch;

-- numbers of another series that were passed over: passed_over_serials_do_not_exist
INSERT INTO organisations_numbergap (series, first, last, reason, at) SELECT 'B-2026', MIN(first_serial), MIN(first_serial), 'file', now() FROM vouchers_batch;
