-- What may be planted in the books: a name, the check that must find it, and how it is done.
-- {A_HANDOUT} and the like are rows of the played history (test_check_books.py); COPY writes a row a second time.

-- a status that no fact proves: status_follows_from_the_facts
UPDATE vouchers_voucher SET status = 'redeemed' WHERE serial = {IN_A_DRAWER};

-- a hand-out that the status forgot: status_follows_from_the_facts
UPDATE vouchers_voucher SET status = 'allocated' WHERE status = 'handed_out';

-- a void voucher that lives again: vouchers_are_where_they_were_brought
UPDATE vouchers_voucher SET status = 'allocated', holder_id = {ANOTHER}, held_since = '2027-02-01' WHERE serial = {VOID};

-- a voucher that became void by itself: vouchers_are_where_they_were_brought
UPDATE vouchers_voucher SET status = 'void' WHERE serial = {IN_STOCK};

-- a void voucher that is redeemed: void_vouchers_are_not_redeemed
UPDATE vouchers_voucher SET status = 'void' WHERE serial = (SELECT MIN(voucher_id) FROM libraries_enrolment WHERE revoked_at IS NULL);

-- a voucher in another drawer: vouchers_are_where_they_were_brought
UPDATE vouchers_voucher SET holder_id = {ANOTHER} WHERE serial = {IN_A_DRAWER};

-- a drawer with one too many: holders_add_up
UPDATE vouchers_voucher SET holder_id = {ANOTHER} WHERE serial = {IN_A_DRAWER};

-- a voucher that was held longer: vouchers_are_where_they_were_brought
UPDATE vouchers_voucher SET held_since = '2025-01-01' WHERE serial = {IN_A_DRAWER};

-- a counter of vouchers that was put back with the database: counters_are_not_rolled_back
UPDATE vouchers_serialcounter SET next_serial = next_serial - 1;

-- a number that was passed over and is there: passed_over_serials_do_not_exist
INSERT INTO organisations_numbergap (series, first, last, reason, at) SELECT 'vouchers', MIN(first_serial), MIN(first_serial), 'file', now() FROM vouchers_batch;

-- a voucher that is gone: batches_are_complete
DELETE FROM vouchers_voucher WHERE serial = {IN_STOCK};

-- a voucher in another batch: vouchers_lie_in_their_batch
UPDATE vouchers_voucher SET batch_id = (SELECT MIN(id) FROM vouchers_batch) WHERE serial = {IN_STOCK};

-- two batches with the same numbers: batches_are_disjoint
ALTER TABLE vouchers_batch DROP CONSTRAINT batches_do_not_overlap;
UPDATE vouchers_batch SET last_serial = last_serial + 5 WHERE id = (SELECT MIN(id) FROM vouchers_batch);

-- a counter that was put back: counter_is_beyond_the_last_serial
UPDATE vouchers_serialcounter SET next_serial = 10;

-- a counter that is gone: counter_is_beyond_the_last_serial
DELETE FROM vouchers_serialcounter;

-- random digits that are none: numbers_are_well_formed
UPDATE vouchers_voucher SET secret = '12345x' WHERE serial = {IN_STOCK};

-- random digits that somebody chose: secrets_are_scattered
UPDATE vouchers_voucher SET secret = '000000';

-- a movement that was wiped out: vouchers_are_where_they_were_brought
DELETE FROM vouchers_stockmovement WHERE kind = 'return';

-- vouchers that came to life by themselves: vouchers_are_where_they_were_brought
DELETE FROM vouchers_stockmovement WHERE kind = 'revive';

-- vouchers that came to life while they lived: movements_follow_each_other
UPDATE vouchers_stockmovement SET first_serial = first_serial - 12, last_serial = last_serial - 12 WHERE kind = 'revive';

-- a voucher that lasts longer than anybody said: vouchers_are_where_they_were_brought
UPDATE vouchers_voucher SET extended_until = '2030-01-01' WHERE serial = {IN_A_DRAWER};

-- a longer validity that was wiped out: vouchers_are_where_they_were_brought
DELETE FROM vouchers_stockmovement WHERE kind = 'extend';

-- somebody agreed with himself: revival_takes_two_people
ALTER TABLE vouchers_revivalrequest DROP CONSTRAINT revival_decided_wholly_by_another;
UPDATE vouchers_revivalrequest SET decided_by_id = asked_by_id;

-- vouchers that came to life though nobody agreed: revival_takes_two_people
UPDATE vouchers_revivalrequest SET agreed = false;

-- a movement that came from nowhere: movements_follow_each_other
UPDATE vouchers_stockmovement SET from_holder_id = {ANOTHER} WHERE kind = 'return';

-- a movement of numbers that do not exist: movements_follow_each_other
UPDATE vouchers_stockmovement SET last_serial = last_serial + 500 WHERE id = (SELECT MAX(id) FROM vouchers_stockmovement);

-- a voucher handed out twice: one_handout_per_voucher
DROP INDEX one_standing_handout_per_voucher;
COPY intermediaries_handout {A_HANDOUT};

-- a voucher redeemed twice: one_enrolment_per_voucher
DROP INDEX one_standing_enrolment_per_voucher;
COPY libraries_enrolment {AN_ENROLMENT}, key = NULL;

-- a membership year paid twice: one_membership_year_per_ordinal
DROP INDEX one_membership_year_per_ordinal;
COPY libraries_membershipyear {A_FIRST_YEAR};

-- a membership that ended twice: one_end_per_enrolment
DROP INDEX one_standing_end_per_enrolment;
COPY libraries_membershipend (SELECT MIN(id) FROM libraries_membershipend);

-- a hand-out by somebody else: handouts_are_by_the_holder
UPDATE intermediaries_handout SET organisation_id = {ANOTHER}, accreditation_id = NULL WHERE id = {A_HANDOUT};

-- a hand-out before the paper came: handouts_are_by_the_holder
UPDATE intermediaries_handout SET "on" = '2025-01-02' WHERE id = {A_HANDOUT};

-- a hand-out from before the programme: handouts_are_within_the_programme
UPDATE intermediaries_handout SET "on" = '2024-12-31' WHERE id = {A_HANDOUT};

-- a hand-out of a voucher that was no longer valid: handouts_are_within_the_programme
UPDATE intermediaries_handout SET "on" = '2029-01-01' WHERE id = {A_HANDOUT};

-- a hand-out under another's accreditation: handouts_are_accredited_or_flagged
UPDATE intermediaries_handout SET accreditation_id = (SELECT MAX(id) FROM intermediaries_accreditation other WHERE other.organisation_id <> intermediaries_handout.organisation_id) WHERE id = {A_HANDOUT};

-- an accreditation that ended before the hand-out: handouts_are_accredited_or_flagged
UPDATE intermediaries_accreditation SET valid_until = valid_from;

-- two accreditations on a day: one_accreditation_a_day
ALTER TABLE intermediaries_accreditation DROP CONSTRAINT one_accreditation_at_a_time;
COPY intermediaries_accreditation (SELECT MIN(id) FROM intermediaries_accreditation), valid_from = valid_from + 1;

-- an enrolment at an organisation that is no library: enrolments_are_at_a_participating_library
UPDATE libraries_enrolment SET library_id = {ANOTHER} WHERE id = {AN_ENROLMENT};

-- an enrolment before the library took part: enrolments_are_at_a_participating_library
UPDATE libraries_participation SET starts_on = '2027-06-01';

-- an enrolment at another library's branch: enrolments_are_at_a_participating_library
UPDATE libraries_enrolment SET branch_id = (SELECT MAX(id) FROM organisations_branch other WHERE other.organisation_id <> libraries_enrolment.library_id) WHERE id = {AN_ENROLMENT};

-- an enrolment before the municipality began: enrolments_are_at_a_participating_library
UPDATE organisations_municipality SET starts_on = NULL;

-- an enrolment with an expired voucher: enrolments_are_within_the_programme
UPDATE vouchers_batch SET valid_until = made_on;

-- a first year on another day: first_years_come_with_their_enrolment
UPDATE libraries_membershipyear SET "on" = "on" + 1 WHERE id = {A_FIRST_YEAR};

-- a year of an enrolment that was revoked: first_years_come_with_their_enrolment
UPDATE libraries_membershipyear SET revoked_at = NULL, revoked_by_id = NULL, revoke_reason = '';

-- a renewal a day too early: years_follow_each_other
UPDATE libraries_membershipyear SET "on" = "on" - 1 WHERE id = {A_RENEWAL};

-- a year that was skipped: years_follow_each_other
UPDATE libraries_membershipyear SET ordinal = 3 WHERE id = {A_RENEWAL};

-- a membership from before the voucher came: memberships_follow_the_voucher
UPDATE libraries_membershipyear SET "on" = '2025-01-02' WHERE id = {A_FIRST_YEAR};

-- a hand-out after the membership that it led to: memberships_follow_the_voucher
UPDATE intermediaries_handout SET "on" = '2028-01-01' WHERE voucher_id = (SELECT MIN(e.voucher_id) FROM libraries_enrolment e JOIN intermediaries_handout h ON h.voucher_id = e.voucher_id WHERE e.revoked_at IS NULL AND h.revoked_at IS NULL);

-- a day that was told half a year later and nobody said why: days_are_not_too_far_back
UPDATE intermediaries_handout SET recorded_at = recorded_at + interval '7 months' WHERE id = {A_HANDOUT};

-- a first day that was told half a year later and nobody said why: days_are_not_too_far_back
UPDATE libraries_enrolment SET recorded_at = recorded_at + interval '7 months' WHERE id = {AN_ENROLMENT};

-- a renewal at another library: years_are_at_the_library_of_the_enrolment
UPDATE libraries_membershipyear SET library_id = {ANOTHER} WHERE id = {A_RENEWAL};

-- a renewal after the end: nothing_follows_an_end
UPDATE libraries_membershipend SET enrolment_id = (SELECT enrolment_id FROM libraries_membershipyear WHERE id = {A_RENEWAL}), "on" = '2025-09-01' WHERE id = (SELECT MIN(id) FROM libraries_membershipend);

-- an unknown number that names a voucher: refusals_are_at_a_desk
ALTER TABLE libraries_refusal DROP CONSTRAINT unknown_number_names_no_voucher;
UPDATE libraries_refusal SET reason = 'unknown';

-- a fact from the future: nothing_happened_in_the_future
UPDATE intermediaries_handout SET "on" = '2027-12-01' WHERE id = {A_HANDOUT};

-- a fact that is half revoked: facts_are_revoked_wholly_or_not
ALTER TABLE intermediaries_handout DROP CONSTRAINT intermediaries_handout_revoked_wholly_or_not;
UPDATE intermediaries_handout SET revoked_by_id = recorded_by_id WHERE id = {A_HANDOUT};

-- a fact that was revoked before it was there: facts_are_revoked_wholly_or_not
UPDATE libraries_enrolment SET revoked_at = recorded_at - interval '1 day' WHERE revoked_at IS NOT NULL;

-- a quarter that was closed before the one before it: closings_follow_in_time
UPDATE organisations_closedquarter SET closed_at = closed_at + interval '3 years' WHERE quarter = (SELECT MIN(quarter) FROM organisations_closedquarter);

-- a line that was wiped out: billable_facts_are_billed
DELETE FROM settlements_line WHERE id = (SELECT MAX(line.id) FROM settlements_line line LEFT JOIN settlements_correction c ON c.line_id = line.id WHERE c.id IS NULL AND line.corrects_id IS NULL);

-- a fact on two lines: facts_are_billed_once
DROP INDEX handling_paid_once;
COPY settlements_line (SELECT MIN(id) FROM settlements_line WHERE handout_id IS NOT NULL);

-- a line of a quarter that is still open: open_periods_are_not_billed
UPDATE settlements_line SET "on" = '2027-01-05' WHERE id = {A_LINE};

-- a line for what was heard of later: open_periods_are_not_billed
UPDATE intermediaries_handout SET recorded_at = '2027-01-20' WHERE id = {A_BILLED_HANDOUT};

-- a line with another number: lines_agree_with_their_facts
UPDATE settlements_line SET serial = serial + 1 WHERE id = {A_LINE};

-- a line with another day: lines_agree_with_their_facts
UPDATE settlements_line SET "on" = "on" - 1 WHERE id = {A_LINE};

-- a line on another's statement: lines_agree_with_their_facts
UPDATE settlements_line SET statement_id = (SELECT MAX(id) FROM settlements_statement) WHERE id = {A_LINE};

-- a line at another price: lines_are_at_the_tariff_of_the_day
UPDATE settlements_line SET net = net + 1 WHERE id = {A_LINE};

-- a line with another VAT treatment: lines_have_the_vat_of_their_day
UPDATE settlements_line SET vat = 'low', vat_rate = 9 WHERE id = {A_FEE};

-- a treatment of a party that was slipped under closed books: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT organisation_id, 'membership', '2025-01-01', 'high' FROM settlements_statement WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- a line with another VAT rate: lines_have_the_vat_of_their_day
UPDATE settlements_line SET vat_rate = 9 WHERE id = {A_LINE};

-- a tariff that was rewritten: lines_are_at_the_tariff_of_the_day
UPDATE settlements_tariff SET amount = 44 WHERE amount = 45;

-- a fee for who was a member already: free_things_are_not_billed
UPDATE libraries_enrolment SET kind = 'free_anyway' WHERE id = (SELECT enrolment_id FROM libraries_membershipyear WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE}));

-- handling outside an accreditation: free_things_are_not_billed
UPDATE intermediaries_handout SET accreditation_id = NULL WHERE id = {A_BILLED_HANDOUT};

-- a hand-out billed that was paid before: paid_before_is_not_billed
UPDATE intermediaries_handout SET paid_before = true WHERE id = {A_BILLED_HANDOUT};

-- a membership billed that was paid before: paid_before_is_not_billed
UPDATE libraries_membershipyear SET paid_before = true WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE});

-- a correction of a cent less: corrections_are_exact_opposites
UPDATE settlements_line SET net = net + 0.01 WHERE id = {A_CORRECTION};

-- a negative line that corrects nothing: only_corrections_are_negative
ALTER TABLE settlements_line DROP CONSTRAINT only_a_correction_is_negative;
UPDATE settlements_line SET net = -net WHERE id = {A_LINE};

-- a correction of a tariff that is gone: tariffs_are_positive
DELETE FROM settlements_tariff WHERE amount = 42;

-- a line corrected twice: lines_are_corrected_once
ALTER TABLE settlements_line DROP CONSTRAINT settlements_line_corrects_id_key;
COPY settlements_line {A_CORRECTION};

-- a correction that nobody asked for: corrections_were_asked_for
DELETE FROM settlements_correction;

-- a correction that was never billed: corrections_are_billed
DELETE FROM settlements_line WHERE id = {A_CORRECTION};

-- a billed fact that was revoked on the quiet: billed_facts_are_revoked_by_correction_only
UPDATE intermediaries_handout SET revoked_at = '2027-02-01', revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = (SELECT MAX(handout_id) FROM settlements_line);

-- a corrected fact that stands: billed_facts_are_revoked_by_correction_only
UPDATE intermediaries_handout SET revoked_at = NULL, revoked_by_id = NULL, revoke_reason = '';

-- a statement of a cent more: statements_are_the_sum_of_their_lines
UPDATE settlements_statement SET net = net + 0.01 WHERE id = {A_STATEMENT};

-- VAT that does not follow: vat_is_right
UPDATE settlements_statement SET vat = 1 WHERE id = {A_STATEMENT};

-- a credit that evaporated: credits_are_carried
UPDATE settlements_statement SET carried_in = 0 WHERE carried_in < 0;

-- a credit without a next statement: credits_are_not_forgotten
UPDATE settlements_statement SET net = -5 WHERE closing_id <> {LAST_CLOSING} AND id = {A_NIL};
DELETE FROM settlements_statement WHERE closing_id <> (SELECT closing_id FROM settlements_statement WHERE id = {A_NIL}) AND organisation_id = (SELECT organisation_id FROM settlements_statement WHERE id = {A_NIL});

-- two statements for one party: one_statement_per_party
ALTER TABLE settlements_statement DROP CONSTRAINT one_statement_per_party;
COPY settlements_statement {A_STATEMENT}, number = 'VEN-2025-9999';

-- a number that was skipped: numbers_have_no_gaps
UPDATE settlements_statement SET number = 'VEN-2025-0044' WHERE id = {A_STATEMENT};

-- a counter of numbers that ran ahead: numbers_have_no_gaps
UPDATE settlements_numberseries SET last_number = last_number + 1;

-- a number of another year: numbers_have_no_gaps
UPDATE settlements_statement SET number = 'VEN-2020-0001' WHERE id = {A_STATEMENT};

-- a nil report with a number: only_nil_reports_have_no_number
UPDATE settlements_statement SET number = 'X-2025-0001' WHERE id = {A_NIL};

-- an approval without a step: steps_are_legal
UPDATE settlements_statement SET status = 'approved' WHERE status = 'draft';
DELETE FROM settlements_statementstep WHERE statement_id = {AN_APPROVED};

-- an approval before anybody agreed: steps_are_legal
DELETE FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- one pair of eyes: four_eyes
UPDATE settlements_statementstep SET by_id = 1 WHERE statement_id = {AN_APPROVED};

-- an approval before the closing: steps_follow_the_closing
UPDATE settlements_statementstep SET at = '2025-01-01' WHERE statement_id = {AN_APPROVED};

-- a closed quarter that the gate forgot: quarters_are_closed_in_order
DELETE FROM organisations_closedquarter WHERE quarter = '2026-Q4';

-- a quarter that was closed before it was over: quarters_are_closed_in_order
UPDATE settlements_closing SET closed_at = '2026-12-01' WHERE quarter = '2026-Q4';
UPDATE organisations_closedquarter SET closed_at = '2026-12-01' WHERE quarter = '2026-Q4';

-- a draw of a cent more: approved_statements_are_drawn
UPDATE fund_fundentry SET amount = amount - 0.01 WHERE id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- a draw that was wiped out: approved_statements_are_drawn
DELETE FROM fund_fundentry WHERE id = (SELECT MAX(id) FROM fund_fundentry WHERE kind = 'draw');

-- a draw for a statement that nobody approved: approved_statements_are_drawn
UPDATE settlements_statement SET status = 'confirmed' WHERE id = {AN_APPROVED};

-- a draw that names no statement: approved_statements_are_drawn
COPY fund_fundentry (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw'), reference = 'statement:999999';

-- a reversal of half: reversals_are_exact_opposites
UPDATE fund_fundentry SET amount = amount / 2 WHERE kind = 'reversal';

-- a reference that was booked twice: references_are_booked_once
ALTER TABLE fund_fundentry DROP CONSTRAINT fund_fundentry_reference_key;
COPY fund_fundentry (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- a cost that brings money in: entries_have_the_sign_of_their_kind
UPDATE fund_fundentry SET amount = 5 WHERE kind = 'other_cost';

-- an entry that is neither income nor cost: the_balance_adds_up
ALTER TABLE fund_fundentry ALTER COLUMN kind DROP NOT NULL;
UPDATE fund_fundentry SET kind = NULL WHERE kind = 'other_cost';

-- a cost without a document: costs_are_proven_or_exact_opposites
ALTER TABLE fund_cost DROP CONSTRAINT cost_is_proven_or_takes_one_back;
UPDATE fund_cost SET evidence_id = NULL WHERE amount > 0;

-- a cost that was taken back for half: costs_are_proven_or_exact_opposites
UPDATE fund_cost SET amount = amount / 2 WHERE reverses_id IS NOT NULL;

-- a cost that was taken back from another post: costs_are_proven_or_exact_opposites
UPDATE fund_cost SET line_id = (SELECT MAX(id) FROM fund_budgetline) WHERE reverses_id IS NOT NULL;

-- a document that was changed: evidence_matches_its_hash
UPDATE fund_evidence SET content = 'another invoice';

-- a line that grew after its approval: realisation_adds_up_to_the_ledger
UPDATE settlements_line SET net = net + 1 WHERE id = (SELECT MIN(id) FROM settlements_line WHERE statement_id = {AN_APPROVED});

-- a cost that calls itself a draw: realisation_adds_up_to_the_ledger
UPDATE fund_fundentry SET kind = 'draw' WHERE id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'other_cost');

-- VAT on a statement that no line explains: the_journal_balances
UPDATE settlements_statement SET vat = vat + 1 WHERE id = {AN_APPROVED};

-- a draw of less than the statement: the_journal_balances
UPDATE fund_fundentry SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- an entry from the future: entries_are_not_in_the_future
UPDATE fund_fundentry SET "on" = '2027-12-31' WHERE kind = 'other_cost';

-- a document that was rewritten: documents_match_their_hash
UPDATE settlements_document SET content = 'another' WHERE kind = 'statement';

-- an e-invoice that was rewritten: einvoices_match_their_hash
UPDATE settlements_einvoice SET content = content || ' ';

-- an e-invoice that was rewritten with its hash: einvoices_lie_in_their_documents
UPDATE settlements_einvoice SET content = content || ' ', sha256 = encode(sha256(content || ' '), 'hex');

-- an e-invoice that is gone while its paper has it: einvoices_lie_in_their_documents
DELETE FROM settlements_einvoice;

-- an e-invoice without its paper: einvoices_lie_in_their_documents
DELETE FROM settlements_document WHERE statement_id IN (SELECT statement_id FROM settlements_einvoice);

-- an e-invoice that says another amount: einvoices_say_what_the_books_say
UPDATE settlements_einvoice SET content = convert_to(replace(convert_from(content, 'UTF8'), 'PayableAmount>', 'PayableAmount>1'), 'UTF8');

-- an e-invoice of another number: einvoices_say_what_the_books_say
UPDATE settlements_einvoice SET content = convert_to(replace(convert_from(content, 'UTF8'), 'cbc:ID>', 'cbc:ID>X'), 'UTF8');

-- an e-invoice that is no XML: einvoices_say_what_the_books_say
UPDATE settlements_einvoice SET content = 'another';

-- a quarter that was rewritten to the last detail: books_match_their_report
UPDATE settlements_closing SET closed_at = closed_at + interval '1 second' WHERE quarter = '2026-Q4';
UPDATE organisations_closedquarter SET closed_at = closed_at + interval '1 second' WHERE quarter = '2026-Q4';

-- a document of another quarter: documents_belong_to_their_closing
UPDATE settlements_document SET closing_id = (SELECT MIN(id) FROM settlements_closing) WHERE kind = 'statement';

-- a trigger that was thrown away: history_is_guarded
DROP TRIGGER settlements_line_keeps_history ON settlements_line;

-- a trigger that was switched off: history_is_guarded
ALTER TABLE settlements_document DISABLE TRIGGER settlements_document_keeps_rows;

-- a trigger that lets a column go: history_is_guarded
DROP TRIGGER fund_fundentry_keeps_history ON fund_fundentry;
CREATE TRIGGER fund_fundentry_keeps_history BEFORE UPDATE ON fund_fundentry FOR EACH ROW WHEN (NEW.description IS DISTINCT FROM OLD.description) EXECUTE FUNCTION kbl_append_only();

-- a guard that does nothing: history_is_guarded
CREATE OR REPLACE FUNCTION kbl_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

-- a rule that was dropped: constraints_are_in_the_database
ALTER TABLE settlements_line DROP CONSTRAINT line_is_for_one_thing;

-- a row that broke a rule while it was away: rows_obey_their_constraints
ALTER TABLE fund_instalment DROP CONSTRAINT instalment_is_positive;
UPDATE fund_instalment SET amount = -1 WHERE id = (SELECT MIN(id) FROM fund_instalment);

-- a tariff twice while the rule was away: rows_obey_their_constraints
ALTER TABLE vouchers_batch DROP CONSTRAINT vouchers_batch_first_serial_key;
ALTER TABLE vouchers_batch DROP CONSTRAINT batches_do_not_overlap;
COPY vouchers_batch (SELECT MIN(id) FROM vouchers_batch), last_serial = 9000000;

-- a statement of nobody: references_lead_somewhere
UPDATE settlements_statement SET organisation_id = 999999 WHERE id = (SELECT MIN(id) FROM settlements_statement);

-- a second closing lock: there_is_one_closing_lock
ALTER TABLE organisations_closinglock DROP CONSTRAINT only_one_closing_lock;
INSERT INTO organisations_closinglock (id) VALUES (2);

-- a column for a name: columns_are_registered
ALTER TABLE libraries_enrolment ADD COLUMN name text;

-- a table beside the register: columns_are_registered
CREATE TABLE residents (bsn text);

-- an e-mail address in a branch's name: texts_hold_no_personal_data
UPDATE organisations_branch SET name = 'vraag Tanya: tanya@thuis.example' WHERE id = (SELECT MIN(id) FROM organisations_branch);

-- a telephone number in a street: texts_hold_no_personal_data
UPDATE organisations_organisation SET street = 'Plein 1, 06-12345678' WHERE id = (SELECT MIN(id) FROM organisations_organisation);

-- a citizen's number in a booking: texts_hold_no_personal_data
UPDATE fund_fundentry SET description = 'voor 111222333' WHERE kind = 'other_cost';

-- a bank account in a budget line: texts_hold_no_personal_data
UPDATE fund_budgetline SET name = 'NL91 ABNA 0417 1643 00' WHERE id = (SELECT MIN(id) FROM fund_budgetline);

-- an e-mail address in a column made for a code: texts_hold_no_personal_data
UPDATE settlements_numberseries SET name = 'a@b.nl' WHERE id = (SELECT MIN(id) FROM settlements_numberseries);

-- a statement that is paid because somebody said so: paid_is_what_the_bank_says
UPDATE settlements_statement SET status = 'paid' WHERE id = {AN_APPROVED};

-- a payment that the bank booked and nobody counts: paid_is_what_the_bank_says
UPDATE settlements_statement SET status = 'approved' WHERE id = {A_PAID};

-- a bank booking that was wiped out: paid_is_what_the_bank_says
DELETE FROM payments_bankentry WHERE payment_id IS NOT NULL AND outcome = 'paid';

-- in payment without a payment: in_payment_is_one_payment_on_its_way
UPDATE settlements_statement SET status = 'in_payment' WHERE id = {AN_APPROVED};

-- a payment on its way that the statement forgot: in_payment_is_one_payment_on_its_way
UPDATE settlements_statement SET status = 'approved' WHERE id = {IN_PAYMENT};

-- two payments of one statement: one_standing_payment_per_statement
DROP INDEX one_standing_payment_per_statement;
ALTER TABLE payments_payment DROP CONSTRAINT statement_once_in_a_run;
COPY payments_payment (SELECT MAX(id) FROM payments_payment WHERE ended_at IS NULL), end_to_end_id = 'AGAIN';

-- a payment of more than was asked: payments_ask_no_more_than_their_statement
UPDATE payments_payment SET amount = amount * 2 WHERE id = (SELECT MIN(id) FROM payments_payment WHERE ended = 'cancelled');

-- the same statement in a second run: nothing_was_asked_twice
DROP INDEX one_standing_payment_per_statement;
UPDATE payments_payment SET ended = '', ended_at = NULL, statement_id = {A_PAID} WHERE id = (SELECT MIN(id) FROM payments_payment WHERE ended = 'cancelled');

-- an amount that is not what was asked: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = amount - 1 WHERE id = {A_DEBIT};

-- a booking that is called a payment: entries_fit_their_outcome
ALTER TABLE payments_bankentry DROP CONSTRAINT bank_entry_names_its_payment;
UPDATE payments_bankentry SET outcome = 'paid' WHERE outcome = 'other';

-- a booking that counts a second time: bookings_count_once
DROP INDEX payment_seen_once;
COPY payments_bankentry {A_RETURN}, position = 99;

-- money that went out is called money back: refunds_are_money_that_came_in
INSERT INTO payments_refund (entry_id, payment_id, matched_at, matched_by_id) SELECT id, payment_id, '2027-02-04 10:00+00', (SELECT MIN(id) FROM accounts_user) FROM payments_bankentry WHERE id = {A_DEBIT};

-- a bank booking that is gone: bank_statements_add_up
DELETE FROM payments_bankentry WHERE outcome = 'received';

-- a balance that was changed: bank_statements_add_up
UPDATE payments_bankfile SET closing = closing + 1 WHERE id = {A_BANK_FILE};

-- a booking on another day: bookings_are_of_their_days
UPDATE payments_bankentry SET "on" = '2027-01-05' WHERE outcome = 'other';

-- a bank statement of tomorrow: bookings_are_of_their_days
UPDATE payments_bankfile SET last_day = '2027-12-31';

-- an account that nobody asked for: paid_accounts_changed_by_two
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- an accepted account that was not used: accounts_follow_their_requests
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL86INGB0002445588', '', '', '', '2027-02-01', MIN(id), '2027-02-02', MAX(id), 'accepted' FROM accounts_user;

-- the guard of accounts switched off: accounts_are_guarded
ALTER TABLE organisations_organisation DISABLE TRIGGER organisation_account_needs_two;

-- a payment that ended by itself: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'returned', ended_at = '2027-02-04 10:00+00' WHERE id = (SELECT MAX(id) FROM payments_payment WHERE ended_at IS NULL);

-- a run that its own maker released: runs_took_their_steps
ALTER TABLE payments_paymentrun DROP CONSTRAINT run_released_by_a_second_person;
UPDATE payments_paymentrun SET released_by_id = prepared_by_id WHERE id = {A_RUN};

-- a run that was released before it was prepared: runs_took_their_steps
UPDATE payments_paymentrun SET released_at = '2025-01-01 10:00+00' WHERE id = {A_RUN};

-- a run that is gone: runs_are_numbered_without_gaps
DELETE FROM payments_paymentrun WHERE id = {A_RUN};

-- a payment file with another byte: payment_files_match_their_hash
UPDATE payments_paymentfile SET content = content || ' '::bytea WHERE run_id = {A_RUN};

-- a payment to another account than the file says: payment_files_ask_what_their_run_asks
UPDATE payments_payment SET iban = 'NL02ABNA0123456789' WHERE run_id = {A_RUN};

-- a run without its file: payment_files_ask_what_their_run_asks
DELETE FROM payments_paymentfile WHERE run_id = {A_RUN};

-- an agreement by silence without a reminder: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- an agreement by silence on the day of the reminder: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
INSERT INTO settlements_reminder (statement_id, recipient, state, sent_at, attempts, silence_on) SELECT statement_id, 'a@b.example', 'sent', at, 1, DATE '2025-01-01' FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- an agreement by silence before the day that was told: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
INSERT INTO settlements_reminder (statement_id, recipient, state, sent_at, attempts, silence_on) SELECT statement_id, 'a@b.example', 'sent', at - interval '20 days', 1, DATE '2029-01-01' FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- an approval by nobody: only_silence_is_nobodys_step
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'approved' AND statement_id = {AN_APPROVED};

-- an own number of another library: own_numbers_belong_to_their_library
UPDATE settlements_statement SET particulars = '{"own_numbers": true}' WHERE id = {A_STATEMENT};
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) VALUES ({A_STATEMENT}, {ANOTHER}, '17', '2025-01-01', 1);

-- an own number that nobody asked for: own_numbers_belong_to_their_library
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, '17', '2025-01-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};

-- an own number on two invoices: own_numbers_are_used_once
DROP INDEX own_number_used_once;
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, {ANOTHER}, '2026 - 17', '2025-01-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, {ANOTHER}, '2026-17', '2025-01-01', 1 FROM settlements_statement WHERE id = {A_NIL};

-- an own number that is one of Cubiss: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, LOWER(number), '2025-01-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};

-- an approval before the number was there: nothing_goes_before_the_own_number
UPDATE settlements_statement SET particulars = '{"own_numbers": true}' WHERE id = {AN_APPROVED};

-- a document before the number was there: nothing_goes_before_the_own_number
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT statement.id, statement.organisation_id, '17', document.made_at + interval '1 day', 1 FROM settlements_document document JOIN settlements_statement statement ON statement.id = document.statement_id;

-- an agreement that was wiped out: self_billing_is_what_was_agreed
DELETE FROM settlements_selfbilling;

-- an agreement of another day: self_billing_is_what_was_agreed
UPDATE libraries_participation SET self_billing_since = '2025-02-02' WHERE self_billing_since IS NOT NULL;

-- a failure that is there: failed_document_is_not_there
INSERT INTO settlements_faileddocument (closing_id, statement_id, reason, at, attempts) SELECT closing_id, statement_id, 'OSError', made_at, 1 FROM settlements_document;

-- a hand-out of a closed quarter that was moved a day: sealed_quarters_are_untouched
UPDATE intermediaries_handout SET "on" = "on" - 1 WHERE id = {A_HANDOUT};

-- a seal that was made to fit: seals_are_one_chain
UPDATE reporting_quarterseal SET digest = repeat('0', 64) WHERE id = (SELECT MIN(id) FROM reporting_quarterseal);

-- a report that says something else: kept_figures_are_those_of_the_facts
UPDATE reporting_keptreport SET content = 'niets' WHERE id = (SELECT MAX(id) FROM reporting_keptreport);

-- a day of the dashboard that counts one too many: day_summary_equals_the_facts
UPDATE reporting_daysummary SET count = count + 1 WHERE id = (SELECT MIN(id) FROM reporting_daysummary);

-- a day of the dashboard that is gone: day_summary_equals_the_facts
DELETE FROM reporting_daysummary WHERE id = (SELECT MIN(id) FROM reporting_daysummary WHERE count > 0);

-- a dashboard that counts a hand-out twice: day_summary_equals_the_facts
UPDATE reporting_summaryreach SET handouts = {A_HANDOUT} - 1;

-- a day of the dashboard in another month: day_summary_is_in_its_month
UPDATE reporting_daysummary SET month = month + 1 WHERE id = (SELECT MIN(id) FROM reporting_daysummary);

-- an edition of a report that says something else: editions_match_their_hash
INSERT INTO reporting_reportedition (closing_id, version, changes, content, sha256, asked_at, asked_by_id, before_releases, outcome) SELECT MIN(id), 9, 'anders', 'x', 'y', now(), 1, false, '' FROM settlements_closing;

-- a file of an edition with other bytes: editions_match_their_hash
INSERT INTO reporting_reportedition (closing_id, version, changes, content, sha256, asked_at, asked_by_id, before_releases, outcome) SELECT MIN(id), 9, 'anders', 'x', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', now(), 1, false, '' FROM settlements_closing;
INSERT INTO reporting_editionfile (edition_id, form, filename, content, sha256, made_at) SELECT MAX(id), 'csv', 'rapportage.csv', 'x', 'y', now() FROM reporting_reportedition;

-- two pages of a library with other bytes: editions_match_their_hash
INSERT INTO reporting_reportedition (closing_id, version, changes, content, sha256, asked_at, asked_by_id, before_releases, outcome) SELECT MIN(id), 9, 'anders', 'x', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', now(), 1, false, '' FROM settlements_closing;
INSERT INTO reporting_editionpart (edition_id, about, key, filename, content, sha256, made_at) SELECT MAX(id), 'library', 1, 'bladzijden.pdf', 'x', 'y', now() FROM reporting_reportedition;

-- a payment request whose paper is another: requests_match_their_hash
INSERT INTO reporting_paymentrequest (closing_id, number, amount, due_on, why, filename, content, sha256, asked_at, asked_by_id, outcome) SELECT MIN(id), 'BV-2027-0001', 1000, '2027-01-01', '', 'x.pdf', 'x', 'y', now(), 1, '' FROM settlements_closing;

-- a payment request that no series gave a number: requests_are_numbered_without_a_gap
INSERT INTO reporting_paymentrequest (closing_id, number, amount, due_on, why, filename, content, sha256, asked_at, asked_by_id, outcome) SELECT MIN(id), 'BV-2027-0001', 1000, '2027-01-01', '', 'x.pdf', 'x', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', now(), 1, '' FROM settlements_closing;

-- a released request that is another amount in the fund: released_requests_are_instalments
INSERT INTO reporting_paymentrequest (closing_id, number, amount, due_on, why, filename, content, sha256, asked_at, asked_by_id, outcome, decided_at, decided_by_id, instalment_id) SELECT MIN(id), 'BV-2027-0001', 99999999, '2027-01-01', '', 'x.pdf', 'x', 'y', now(), 1, 'released', now(), 2, (SELECT MIN(id) FROM fund_instalment) FROM settlements_closing;

-- a month of the dashboard that counts one too many: month_summary_adds_up_its_days
UPDATE reporting_monthsummary SET count = count + 1 WHERE id = (SELECT MIN(id) FROM reporting_monthsummary);
