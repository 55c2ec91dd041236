-- Of a check that asks several things, each of them by itself: written like plants.sql. Where a plant breaks only what
-- one condition says, that condition is shown to be asked. The constraints of a table that is written are gone.

-- a number of fewer random digits: numbers_are_well_formed
UPDATE vouchers_voucher SET secret = '12345' WHERE serial = {IN_STOCK};

-- a number below the first: numbers_are_well_formed
UPDATE vouchers_voucher SET serial = 0 WHERE serial = {IN_STOCK};

-- a voucher of a batch that is not there: vouchers_lie_in_their_batch
UPDATE vouchers_voucher SET batch_id = 999999 WHERE serial = {IN_STOCK};

-- vouchers that came to life at another moment than the agreement: revival_takes_two_people
UPDATE vouchers_revivalrequest SET decided_at = decided_at + interval '1 second';

-- more vouchers at the end than two people agreed on: revival_takes_two_people
UPDATE vouchers_revivalrequest SET last_serial = last_serial - 1;

-- more vouchers in front than two people agreed on: revival_takes_two_people
UPDATE vouchers_revivalrequest SET first_serial = first_serial + 1;

-- a longer validity that is not longer: movements_follow_each_other
COPY vouchers_stockmovement (SELECT MIN(id) FROM vouchers_stockmovement WHERE kind = 'extend');

-- vouchers that became void twice: movements_follow_each_other
COPY vouchers_stockmovement (SELECT MAX(id) FROM vouchers_stockmovement WHERE kind = 'void');

-- vouchers that went back before they came: movements_follow_each_other
UPDATE vouchers_stockmovement SET "on" = '2025-01-01' WHERE kind = 'return';

-- a hand-out of a voucher that nobody holds: handouts_are_by_the_holder
UPDATE vouchers_voucher SET holder_id = NULL WHERE serial = (SELECT voucher_id FROM intermediaries_handout WHERE id = {A_HANDOUT});

-- a hand-out of a voucher that is held since nobody knows when: handouts_are_by_the_holder
UPDATE vouchers_voucher SET held_since = NULL WHERE serial = (SELECT voucher_id FROM intermediaries_handout WHERE id = {A_HANDOUT});

-- a hand-out under an accreditation that is not there: handouts_are_accredited_or_flagged
UPDATE intermediaries_handout SET accreditation_id = 999999 WHERE id = {A_HANDOUT};

-- an accreditation that began after the hand-out: handouts_are_accredited_or_flagged
UPDATE intermediaries_accreditation SET valid_from = '2027-12-01', valid_until = NULL;

-- a membership after the programme: enrolments_are_within_the_programme
UPDATE organisations_programme SET ends_on = '2025-06-01';

-- a membership from before the voucher was made: enrolments_are_within_the_programme
UPDATE vouchers_batch SET made_on = '2027-12-01';

-- an enrolment without a branch: enrolments_are_at_a_participating_library
UPDATE libraries_enrolment SET branch_id = 999999 WHERE id = {AN_ENROLMENT};

-- a library that does not take part any more: enrolments_are_at_a_participating_library
DELETE FROM libraries_participation;

-- a municipality that began later: enrolments_are_at_a_participating_library
UPDATE organisations_municipality SET starts_on = '2027-06-01';

-- an enrolment without a first year: first_years_come_with_their_enrolment
DELETE FROM libraries_membershipyear WHERE id = {A_FIRST_YEAR};

-- a year after the programme: years_follow_each_other
UPDATE organisations_programme SET ends_on = '2025-06-01';

-- a year before the first: years_follow_each_other
UPDATE libraries_membershipyear SET ordinal = 0 WHERE id = {A_FIRST_YEAR};

-- a renewal on the very day of the end: nothing_follows_an_end
UPDATE libraries_membershipend SET enrolment_id = year.enrolment_id, "on" = year."on" FROM libraries_membershipyear year WHERE year.id = {A_RENEWAL} AND libraries_membershipend.id = (SELECT MIN(id) FROM libraries_membershipend);

-- a refusal at an organisation without a desk: refusals_are_at_a_desk
DELETE FROM organisations_branch;

-- a refusal of a voucher of ours that names none: refusals_are_at_a_desk
UPDATE libraries_refusal SET voucher_id = NULL WHERE reason <> 'unknown';

-- an enrolment from the future: nothing_happened_in_the_future
UPDATE libraries_enrolment SET "on" = (recorded_at + interval '1 day')::date WHERE id = {AN_ENROLMENT};

-- an answer further ahead than the programme allows: nothing_happened_in_the_future
UPDATE libraries_membershipyear SET "on" = (recorded_at + interval '60 days')::date WHERE id = {A_RENEWAL};

-- a membership that is revoked without a reason: facts_are_revoked_wholly_or_not
UPDATE libraries_enrolment SET revoke_reason = '' WHERE revoked_at IS NOT NULL;

-- a fee that was wiped out: billable_facts_are_billed
DELETE FROM settlements_line WHERE id = {A_FEE};

-- a handling that was wiped out: billable_facts_are_billed
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a line for a fee that was heard of later: open_periods_are_not_billed
UPDATE libraries_membershipyear SET recorded_at = '2027-01-20' WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE});

-- a line for nothing: lines_agree_with_their_facts
UPDATE settlements_line SET handout_id = NULL, membership_year_id = NULL WHERE id = {A_LINE};

-- a line for two things: lines_agree_with_their_facts
UPDATE settlements_line SET handout_id = {A_BILLED_HANDOUT} WHERE id = {A_FEE};

-- a fee on another library's invoice: lines_agree_with_their_facts
UPDATE settlements_line SET statement_id = (SELECT MAX(s.id) FROM settlements_statement s WHERE s.kind = 'invoice' AND s.organisation_id <> (SELECT o.organisation_id FROM settlements_statement o JOIN settlements_line l ON l.statement_id = o.id WHERE l.id = {A_FEE})) WHERE id = {A_FEE};

-- a handling on another's declaration: lines_agree_with_their_facts
UPDATE settlements_line SET statement_id = (SELECT MAX(s.id) FROM settlements_statement s WHERE s.kind = 'declaration' AND s.organisation_id <> (SELECT o.organisation_id FROM settlements_statement o JOIN settlements_line l ON l.statement_id = o.id WHERE l.id = {A_HANDLING})) WHERE id = {A_HANDLING};

-- a fee of another day: lines_agree_with_their_facts
UPDATE settlements_line SET "on" = "on" - 1 WHERE id = {A_FEE};

-- a handling of another day: lines_agree_with_their_facts
UPDATE settlements_line SET "on" = "on" - 1 WHERE id = {A_HANDLING};

-- a fee with another number: lines_agree_with_their_facts
UPDATE settlements_line SET serial = serial + 1 WHERE id = {A_FEE};

-- a handling with another number: lines_agree_with_their_facts
UPDATE settlements_line SET serial = serial + 1 WHERE id = {A_HANDLING};

-- a fee at the tariff of a hand-out: lines_agree_with_their_facts
UPDATE settlements_line SET tariff_id = (SELECT MIN(id) FROM settlements_tariff WHERE kind = 'handling') WHERE id = {A_FEE};

-- a handling at the tariff of a membership: lines_agree_with_their_facts
UPDATE settlements_line SET tariff_id = (SELECT MIN(id) FROM settlements_tariff WHERE kind = 'membership') WHERE id = {A_HANDLING};

-- a declaration that calls itself an invoice: lines_agree_with_their_facts
UPDATE settlements_statement SET kind = 'invoice' WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_HANDLING});

-- an invoice that calls itself a declaration: lines_agree_with_their_facts
UPDATE settlements_statement SET kind = 'declaration' WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- a fee for a year after the programme: free_things_are_not_billed
UPDATE organisations_programme SET ends_on = '2025-01-02';

-- a fee for a year from before the programme: free_things_are_not_billed
UPDATE organisations_programme SET starts_on = '2027-12-30';

-- a line at a tariff of another day: lines_are_at_the_tariff_of_the_day
UPDATE settlements_line SET tariff_id = other.id, net = other.amount FROM settlements_tariff other WHERE settlements_line.id = {A_FEE} AND other.kind = 'membership' AND other.id <> settlements_line.tariff_id;

-- a line with a VAT treatment that nobody knows: lines_have_the_vat_of_their_day
UPDATE settlements_tariff SET vat = 'iets';
UPDATE settlements_line SET vat = 'iets' WHERE id = {A_LINE};

-- a tariff of nothing: tariffs_are_positive
UPDATE settlements_tariff SET amount = 0 WHERE id = (SELECT MIN(id) FROM settlements_tariff);

-- a correction at another VAT rate: corrections_are_exact_opposites
UPDATE settlements_line SET vat_rate = vat_rate + 9 WHERE id = {A_CORRECTION};

-- a correction under another VAT treatment: corrections_are_exact_opposites
UPDATE settlements_line SET vat = CASE vat WHEN 'exempt' THEN 'outside' ELSE 'exempt' END WHERE id = {A_CORRECTION};

-- a correction at another tariff: corrections_are_exact_opposites
UPDATE settlements_line SET tariff_id = (SELECT MAX(id) FROM settlements_tariff other WHERE other.id <> settlements_line.tariff_id) WHERE id = {A_CORRECTION};

-- a correction with another number: corrections_are_exact_opposites
UPDATE settlements_line SET serial = serial + 1 WHERE id = {A_CORRECTION};

-- a correction of another day: corrections_are_exact_opposites
UPDATE settlements_line SET "on" = "on" - 1 WHERE id = {A_CORRECTION};

-- a correction of another fact: corrections_are_exact_opposites
UPDATE settlements_line SET membership_year_id = {A_RENEWAL} WHERE id = {A_CORRECTED_FEE};

-- a correction of another hand-out: corrections_are_exact_opposites
UPDATE settlements_line SET handout_id = {A_BILLED_HANDOUT} WHERE id = {A_CORRECTED_HANDLING};

-- a correction of a line that is not there: corrections_are_exact_opposites
UPDATE settlements_line SET corrects_id = 999999 WHERE id = {A_CORRECTION};

-- a correction that came in the quarter of its own line: corrections_are_exact_opposites
UPDATE settlements_line SET statement_id = (SELECT first.statement_id FROM settlements_line first WHERE first.id = settlements_line.corrects_id) WHERE id = {A_CORRECTION};

-- a correction on another's statement: corrections_are_exact_opposites
UPDATE settlements_statement SET organisation_id = {ANOTHER} WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_CORRECTION});

-- a correction on another sort of statement: corrections_are_exact_opposites
UPDATE settlements_statement SET kind = CASE kind WHEN 'invoice' THEN 'declaration' ELSE 'invoice' END WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_CORRECTION});

-- a correction that takes money: only_corrections_are_negative
UPDATE settlements_line SET net = -net WHERE id = {A_CORRECTION};

-- a line of nothing: only_corrections_are_negative
UPDATE settlements_line SET net = 0 WHERE id = {A_LINE};

-- a correction that was asked twice: lines_are_corrected_once
COPY settlements_correction (SELECT MIN(id) FROM settlements_correction);

-- a correction that came before it was asked: corrections_were_asked_for
UPDATE settlements_correction SET at = '2027-12-01';

-- a corrected fact that was revoked before its line: billed_facts_are_revoked_by_correction_only
UPDATE intermediaries_handout SET revoked_at = recorded_at WHERE id = (SELECT l.handout_id FROM settlements_line l JOIN settlements_correction c ON c.line_id = l.id WHERE l.handout_id IS NOT NULL LIMIT 1);

-- a membership that was revoked on the quiet: billed_facts_are_revoked_by_correction_only
UPDATE libraries_membershipyear SET revoked_at = '2027-02-01', revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = (SELECT membership_year_id FROM settlements_line l LEFT JOIN settlements_correction c ON c.line_id = l.id WHERE l.corrects_id IS NULL AND c.id IS NULL AND membership_year_id IS NOT NULL LIMIT 1);

-- two years that swapped their numbers: numbers_have_no_gaps
UPDATE settlements_statement SET number = CASE number WHEN 'DECL-2025-0001' THEN 'DECL-2026-0001' ELSE 'DECL-2025-0001' END WHERE number IN ('DECL-2025-0001', 'DECL-2026-0001');

-- an invoice that lost its number: only_nil_reports_have_no_number
UPDATE settlements_statement SET number = NULL WHERE id = {A_STATEMENT};

-- a step that is not the statement's: steps_are_legal
UPDATE settlements_statement SET status = 'confirmed' WHERE id = {AN_APPROVED};

-- a quarter that was closed before the one in front of it: quarters_are_closed_in_order
UPDATE settlements_closing SET quarter = '2027-Q2' WHERE quarter = '2026-Q4';
UPDATE organisations_closedquarter SET quarter = '2027-Q2' WHERE quarter = '2026-Q4';
UPDATE settlements_closing SET closed_at = closed_at + interval '1 year' WHERE quarter = '2027-Q2';
UPDATE organisations_closedquarter SET closed_at = closed_at + interval '1 year' WHERE quarter = '2027-Q2';

-- a reversal that reverses nothing: reversals_are_exact_opposites
UPDATE fund_fundentry SET reverses_id = NULL WHERE kind = 'reversal';

-- a cost that says it reverses one: reversals_are_exact_opposites
UPDATE fund_fundentry SET kind = 'other_cost' WHERE kind = 'reversal';

-- a reversal of an entry that is gone: reversals_are_exact_opposites
UPDATE fund_fundentry SET reverses_id = 999999 WHERE kind = 'reversal';

-- a draw that was reversed: reversals_are_exact_opposites
UPDATE fund_fundentry SET reverses_id = draw.id, amount = -draw.amount FROM fund_fundentry draw WHERE fund_fundentry.kind = 'reversal' AND draw.id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- a reversal that was reversed: reversals_are_exact_opposites
COPY fund_fundentry (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'reversal'), reference = 'again', amount = -amount, reverses_id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'reversal');

-- an entry that was reversed twice: reversals_are_exact_opposites
COPY fund_fundentry (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'reversal'), reference = 'again';

-- a draw that names an instalment: entries_have_the_sign_of_their_kind
UPDATE fund_fundentry SET instalment_id = (SELECT MIN(id) FROM fund_instalment) WHERE id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- an entry of nothing: entries_have_the_sign_of_their_kind
UPDATE fund_fundentry SET amount = 0 WHERE id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- an entry of a kind that nobody knows: entries_have_the_sign_of_their_kind
UPDATE fund_fundentry SET kind = 'gift' WHERE id = (SELECT MIN(id) FROM fund_fundentry WHERE kind = 'draw');

-- money received that belongs to no instalment: entries_have_the_sign_of_their_kind
UPDATE fund_fundentry SET kind = 'instalment', instalment_id = NULL, amount = 5 WHERE kind = 'other_cost';

-- money received that went out: entries_have_the_sign_of_their_kind
UPDATE fund_fundentry SET kind = 'instalment', instalment_id = (SELECT MIN(id) FROM fund_instalment) WHERE kind = 'other_cost';

-- a cost of less than nothing: costs_are_proven_or_exact_opposites
UPDATE fund_cost SET amount = -amount WHERE reverses_id IS NULL;

-- a cost that was taken back twice: costs_are_proven_or_exact_opposites
COPY fund_cost (SELECT MIN(id) FROM fund_cost WHERE reverses_id IS NOT NULL);

-- a cost that takes back what is gone: costs_are_proven_or_exact_opposites
UPDATE fund_cost SET reverses_id = 999999 WHERE reverses_id IS NOT NULL;

-- a report that says it is a statement: documents_belong_to_their_closing
UPDATE settlements_document SET kind = 'statement' WHERE kind = 'report';

-- a paper of a statement that is gone: documents_belong_to_their_closing
UPDATE settlements_document SET statement_id = 999999 WHERE id = (SELECT MIN(id) FROM settlements_document WHERE kind = 'statement');

-- two reports of one quarter: documents_belong_to_their_closing
COPY settlements_document (SELECT MIN(id) FROM settlements_document WHERE kind = 'report'), filename = 'again.pdf';

-- an e-invoice with another VAT: einvoices_say_what_the_books_say
UPDATE settlements_einvoice SET content = convert_to(replace(convert_from(content, 'UTF8'), 'TaxAmount>', 'TaxAmount>1'), 'UTF8');

-- an e-invoice with another net amount: einvoices_say_what_the_books_say
UPDATE settlements_einvoice SET content = convert_to(replace(convert_from(content, 'UTF8'), 'TaxExclusiveAmount>', 'TaxExclusiveAmount>1'), 'UTF8');

-- a booking on a day before its statement: bookings_are_of_their_days
UPDATE payments_bankentry SET "on" = (SELECT first_day - 1 FROM payments_bankfile WHERE id = payments_bankentry.file_id) WHERE outcome = 'other';

-- a booking on a day after its statement: bookings_are_of_their_days
UPDATE payments_bankfile SET last_day = first_day - 0, first_day = first_day - 5;
UPDATE payments_bankentry SET "on" = "on" + 1 WHERE outcome = 'other';

-- a statement of the bank that runs backwards: bookings_are_of_their_days
UPDATE payments_bankfile SET first_day = last_day + 1 WHERE id = (SELECT MAX(id) FROM payments_bankfile);

-- a booking that repeats one that repeats: entries_fit_their_outcome
UPDATE payments_bankentry SET repeats_id = (SELECT MIN(other.id) FROM payments_bankentry other WHERE other.outcome = 'repeat' AND other.id <> payments_bankentry.id), file_id = (SELECT MIN(id) FROM payments_bankfile) WHERE id = (SELECT MAX(id) FROM payments_bankentry WHERE outcome = 'repeat');

-- a booking that repeats one of its own statement: entries_fit_their_outcome
UPDATE payments_bankentry SET file_id = (SELECT other.file_id FROM payments_bankentry other WHERE other.id = payments_bankentry.repeats_id) WHERE outcome = 'repeat';

-- a booking that repeats one of another day: entries_fit_their_outcome
UPDATE payments_bankentry SET "on" = "on" + 1 WHERE outcome = 'repeat';

-- a payment that was made twice by its first booking: entries_fit_their_outcome
UPDATE payments_bankentry SET outcome = 'twice' WHERE id = {A_DEBIT};

-- money back that went out: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = -amount WHERE id = {A_RETURN};

-- money in that went out: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = -amount WHERE outcome = 'received';

-- money out that came in: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = -amount WHERE outcome = 'other';

-- a run without the step that its status says: runs_took_their_steps
UPDATE payments_paymentrun SET status = 'executed' WHERE status = 'released';

-- a payment that the bank sent back and was asked no less: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = '' WHERE ended = 'returned';

-- a payment of a run that was taken back and stands: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = '', ended_at = NULL WHERE ended = 'cancelled';

-- an account that does not follow the one before: accounts_follow_their_requests
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL20INGB0001234567', '', '', '', '2027-02-01', MIN(id), '2027-02-02', MAX(id), 'accepted' FROM accounts_user;
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL86INGB0002445588', 'NL02ABNA0123456789', '', '', '2027-02-03', MIN(id), '2027-02-04', MAX(id), 'accepted' FROM accounts_user;
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE id = {ANOTHER};

-- an agreement by silence on an invoice whose number was awaited: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
INSERT INTO settlements_reminder (statement_id, recipient, state, sent_at, attempts, silence_on) SELECT statement_id, 'a@b.example', 'sent', at - interval '20 days', 1, (at - interval '1 day')::date FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
UPDATE settlements_statement SET particulars = '{"own_numbers": true}' WHERE id = {AN_APPROVED};

-- an agreement by silence after a reminder that did not go: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
INSERT INTO settlements_reminder (statement_id, recipient, state, attempts, silence_on) SELECT statement_id, 'a@b.example', 'failed', 1, DATE '2025-01-01' FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- an agreement by silence within the week: silence_was_told_beforehand
UPDATE settlements_statementstep SET by_id = NULL WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};
INSERT INTO settlements_reminder (statement_id, recipient, state, sent_at, attempts, silence_on) SELECT statement_id, 'a@b.example', 'sent', at - interval '6 days', 1, (at - interval '1 day')::date FROM settlements_statementstep WHERE status = 'confirmed' AND statement_id = {AN_APPROVED};

-- a report that could not be made and is there: failed_document_is_not_there
INSERT INTO settlements_faileddocument (closing_id, statement_id, reason, at, attempts) SELECT closing_id, NULL, 'OSError', made_at, 1 FROM settlements_document WHERE kind = 'report';

-- a file of numbers that knows more than the counter: counters_are_not_rolled_back
UPDATE vouchers_serialcounter SET next_serial = next_serial + 1;

-- a seal of a quarter that was never closed: sealed_quarters_are_untouched
UPDATE reporting_quarterseal SET closing_id = 999999 WHERE id = (SELECT MAX(id) FROM reporting_quarterseal);

-- a quarter whose seal was taken out of the chain: seals_are_one_chain
DELETE FROM reporting_quarterseal WHERE id = (SELECT MIN(id) FROM reporting_quarterseal);

-- a report with another seal: seals_are_one_chain
UPDATE settlements_document SET seal = repeat('1', 64) WHERE kind = 'report';

-- vouchers that came to life before anybody agreed: revival_takes_two_people
UPDATE vouchers_revivalrequest SET decided_at = decided_at - interval '1 second';

-- a counter that would give out the last number again: counter_is_beyond_the_last_serial
UPDATE vouchers_serialcounter SET next_serial = (SELECT MAX(last_serial) FROM vouchers_batch);

-- two batches that share one number: batches_are_disjoint
UPDATE vouchers_batch SET last_serial = last_serial + 1 WHERE id = (SELECT MIN(id) FROM vouchers_batch);

-- two accreditations that share one day: one_accreditation_a_day
COPY intermediaries_accreditation (SELECT MIN(id) FROM intermediaries_accreditation), valid_from = '2030-01-01', valid_until = NULL;
UPDATE intermediaries_accreditation SET valid_until = '2030-01-01' WHERE id = (SELECT MIN(id) FROM intermediaries_accreditation);

-- a day that was told one quarter too late and nobody said why: days_are_not_too_far_back
UPDATE intermediaries_handout SET recorded_at = ("on" + interval '6 months')::date + interval '12 hours' WHERE id = {A_HANDOUT};

-- a membership from before the voucher was with its holder: memberships_follow_the_voucher
UPDATE vouchers_voucher SET held_since = '2027-12-01' WHERE serial = (SELECT e.voucher_id FROM libraries_enrolment e JOIN libraries_membershipyear y ON y.enrolment_id = e.id WHERE y.id = {A_FIRST_YEAR});

-- a fact that nobody revoked: facts_are_revoked_wholly_or_not
UPDATE libraries_enrolment SET revoked_by_id = NULL WHERE revoked_at IS NOT NULL;

-- a series whose every number is gone: numbers_have_no_gaps
INSERT INTO settlements_numberseries (name, last_number) VALUES ('DECL-2031', 3);

-- a payment of nothing: payments_ask_no_more_than_their_statement
UPDATE payments_payment SET amount = 0 WHERE id = (SELECT MIN(id) FROM payments_payment);

-- a payment that was made once and ended as made twice: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'twice' WHERE ended = 'returned';

-- a paper that lost its e-invoice: einvoices_lie_in_their_documents
UPDATE settlements_document SET content = 'paper' WHERE statement_id IN (SELECT statement_id FROM settlements_einvoice);

-- a library's declaration that goes by the tariff while its invoice is exempt: lines_have_the_vat_of_their_day
UPDATE settlements_statement SET particulars = jsonb_set(particulars, '{library}', 'true') WHERE id = (SELECT statement_id FROM settlements_line WHERE handout_id IS NOT NULL ORDER BY id LIMIT 1);

-- our own number on an invoice of a library that had not agreed yet: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, number, '2025-01-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};

-- an exclusion that was taken away: constraints_are_in_the_database
ALTER TABLE vouchers_batch DROP CONSTRAINT batches_do_not_overlap;

-- a guard on what is no invoice yet that was switched off: history_is_guarded
ALTER TABLE settlements_document DISABLE TRIGGER settlements_document_no_invoice_without_its_number;

-- a number beyond the last that there can be: numbers_are_well_formed
UPDATE vouchers_voucher SET serial = 10000000 WHERE serial = {IN_STOCK};

-- random digits that came once too often: secrets_are_scattered
UPDATE vouchers_voucher SET secret = '123456' WHERE serial IN (SELECT serial FROM vouchers_voucher WHERE batch_id = (SELECT MIN(id) FROM vouchers_batch) ORDER BY serial LIMIT 5);

-- vouchers that came to life though the second person said no: revival_takes_two_people
UPDATE vouchers_revivalrequest SET agreed = false;

-- a fact that is on a correction only: billable_facts_are_billed
UPDATE settlements_line SET corrects_id = {A_LINE} WHERE id = {A_FEE};

-- a hand-out that is on a correction only: billable_facts_are_billed
UPDATE settlements_line SET corrects_id = {A_LINE} WHERE id = {A_HANDLING};

-- a hand-out that was told three minutes before the closing and is on no line: billable_facts_are_billed
UPDATE intermediaries_handout SET recorded_at = (SELECT c.closed_at - interval '3 minutes' FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING}) WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a fee that was billed twice: facts_are_billed_once
COPY settlements_line {A_FEE};

-- a handling that was billed twice: facts_are_billed_once
COPY settlements_line {A_HANDLING};

-- a fee at another price: lines_are_at_the_tariff_of_the_day
UPDATE settlements_line SET net = net + 1 WHERE id = {A_FEE};

-- a handling at another price: lines_are_at_the_tariff_of_the_day
UPDATE settlements_line SET net = net + 1 WHERE id = {A_HANDLING};

-- an end on the day before a renewal: nothing_follows_an_end
UPDATE libraries_membershipend SET enrolment_id = year.enrolment_id, "on" = year."on" - 1 FROM libraries_membershipyear year WHERE year.id = {A_RENEWAL} AND libraries_membershipend.id = (SELECT MIN(id) FROM libraries_membershipend);

-- a cost of nothing: costs_are_proven_or_exact_opposites
UPDATE fund_cost SET amount = 0 WHERE id = (SELECT MIN(id) FROM fund_cost WHERE reverses_id IS NULL);

-- a cost that takes back one that takes back: costs_are_proven_or_exact_opposites
COPY fund_cost (SELECT MIN(id) FROM fund_cost WHERE reverses_id IS NOT NULL), amount = -amount, reverses_id = (SELECT MIN(id) FROM fund_cost WHERE reverses_id IS NOT NULL);

-- a booking of another amount that came in: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = -amount WHERE outcome = 'different';

-- a batch that came in: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = -amount WHERE outcome = 'batch';

-- a second payment that came in: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = -amount WHERE outcome = 'twice';

-- money back for no payment: entries_fit_their_outcome
UPDATE payments_bankentry SET payment_id = NULL WHERE id = {A_RETURN};

-- another amount for no payment: entries_fit_their_outcome
UPDATE payments_bankentry SET payment_id = NULL WHERE outcome = 'different';

-- money that came in and names a payment: entries_fit_their_outcome
UPDATE payments_bankentry SET payment_id = {A_PAYMENT} WHERE outcome = 'received';

-- a repeat of nothing: entries_fit_their_outcome
UPDATE payments_bankentry SET repeats_id = NULL WHERE outcome = 'repeat';

-- a payment that was made with nothing in between: entries_fit_their_outcome
COPY payments_bankentry {A_DEBIT}, position = -1;

-- money in for a payment that never went: refunds_are_money_that_came_in
INSERT INTO payments_refund (entry_id, payment_id, matched_at, matched_by_id) SELECT e.id, p.id, '2027-02-10', 1 FROM payments_bankentry e, payments_payment p WHERE e.outcome = 'received' AND p.ended = 'cancelled' LIMIT 1;

-- a payment that was taken back though its run was not: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'cancelled' WHERE ended = 'returned';

-- a payment that was sent back though nothing came: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'returned' WHERE ended = 'cancelled';

-- another amount of which the bank shows nothing: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'different' WHERE ended = 'cancelled';

-- a payment that the bank refused before it got the run: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'refused' WHERE ended = 'cancelled';

-- a payment that ended and says not how: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = '' WHERE ended = 'different';

-- a payment that says how it ended and not when: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended_at = NULL WHERE ended = 'returned';

-- a run that was carried out before it was released: runs_took_their_steps
UPDATE payments_paymentrun SET executed_at = released_at - interval '1 second' WHERE executed_at IS NOT NULL;

-- a run that was released and taken back: runs_took_their_steps
UPDATE payments_paymentrun SET cancelled_at = released_at + interval '1 second' WHERE status = 'released';

-- a run that was taken back before it was prepared: runs_took_their_steps
UPDATE payments_paymentrun SET cancelled_at = prepared_at - interval '1 second' WHERE status = 'cancelled';

-- a run for another day than its file says: payment_files_ask_what_their_run_asks
UPDATE payments_paymentrun SET execute_on = execute_on + 1 WHERE id = {A_RUN};

-- a run for another amount than its file says: payment_files_ask_what_their_run_asks
UPDATE payments_payment SET amount = amount - 1 WHERE id = {A_PAYMENT};

-- a payment under another reference than its file says: payment_files_ask_what_their_run_asks
UPDATE payments_payment SET end_to_end_id = 'ANDERS' WHERE id = {A_PAYMENT};

-- a quarter that was closed on its own last day: quarters_are_closed_in_order
UPDATE settlements_closing SET closed_at = '2026-12-31 12:00:00+01' WHERE quarter = '2026-Q4';
UPDATE organisations_closedquarter SET closed_at = '2026-12-31 12:00:00+01' WHERE quarter = '2026-Q4';

-- a closed quarter that the gate heard of at another moment: quarters_are_closed_in_order
UPDATE organisations_closedquarter SET closed_at = closed_at + interval '1 second' WHERE quarter = '2026-Q4';

-- a step a second before the closing: steps_follow_the_closing
UPDATE settlements_statementstep SET at = (SELECT c.closed_at - interval '1 second' FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id WHERE s.id = {AN_APPROVED}) WHERE statement_id = {AN_APPROVED};

-- an own number on a statement on which there is nothing: own_numbers_belong_to_their_library
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, 'NUL-1', '2027-02-01', 1 FROM settlements_statement WHERE id = {A_NIL};
UPDATE settlements_statement SET particulars = '{"own_numbers": true}' WHERE id = {A_NIL};

-- our own number on an invoice, by an agreement of another library: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, number, '2027-12-01', 1 FROM settlements_statement WHERE id = {A_STATEMENT};
DELETE FROM settlements_selfbilling WHERE library_id = (SELECT organisation_id FROM settlements_statement WHERE id = {A_STATEMENT});

-- a seal from before its closing: seals_are_one_chain
UPDATE reporting_quarterseal SET sealed_at = (SELECT closed_at - interval '1 second' FROM settlements_closing c WHERE c.id = closing_id);

-- money in for a payment of which only money came back: refunds_are_money_that_came_in
INSERT INTO payments_refund (entry_id, payment_id, matched_at, matched_by_id) SELECT e.id, (SELECT payment_id FROM payments_bankentry WHERE id = {A_RETURN}), '2027-02-10', 1 FROM payments_bankentry e WHERE e.outcome = 'received' LIMIT 1;
DELETE FROM payments_bankentry WHERE amount < 0 AND payment_id = (SELECT payment_id FROM payments_refund ORDER BY id DESC LIMIT 1);

-- an agreement that ended and still stands with the library: self_billing_is_what_was_agreed
UPDATE settlements_selfbilling SET ended_on = since WHERE id = (SELECT MIN(id) FROM settlements_selfbilling);

-- a hand-out that was told two minutes before the closing and is on no line: billable_facts_are_billed
UPDATE intermediaries_handout SET recorded_at = (SELECT c.closed_at - interval '2 minutes' FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_HANDLING}) WHERE id = (SELECT handout_id FROM settlements_line WHERE id = {A_HANDLING});
DELETE FROM settlements_line WHERE id = {A_HANDLING};

-- a membership that was told two minutes before the closing and is on no line: billable_facts_are_billed
UPDATE libraries_membershipyear SET recorded_at = (SELECT c.closed_at - interval '2 minutes' FROM settlements_closing c JOIN settlements_statement s ON s.closing_id = c.id JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_FEE}) WHERE id = (SELECT membership_year_id FROM settlements_line WHERE id = {A_FEE});
DELETE FROM settlements_line WHERE id = {A_FEE};

-- a correction that was asked two minutes before the last closing and never billed: corrections_are_billed
UPDATE settlements_correction SET at = (SELECT closed_at - interval '2 minutes' FROM settlements_closing WHERE id = {LAST_CLOSING});
DELETE FROM settlements_line WHERE corrects_id IS NOT NULL;

-- a corrected fact that was revoked in the very moment of its closing: billed_facts_are_revoked_by_correction_only
UPDATE intermediaries_handout SET revoked_at = c.closed_at FROM settlements_correction o JOIN settlements_line l ON l.id = o.line_id JOIN settlements_statement s ON s.id = l.statement_id JOIN settlements_closing c ON c.id = s.closing_id WHERE l.handout_id = intermediaries_handout.id;

-- a treatment of a party from the day of its last line: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT s.organisation_id, 'membership', MAX(l."on"), 'high' FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE s.kind = 'invoice' AND l.corrects_id IS NULL AND s.organisation_id = (SELECT f.organisation_id FROM settlements_statement f JOIN settlements_line a ON a.statement_id = f.id WHERE a.id = {A_FEE}) GROUP BY s.organisation_id;

-- a treatment of a party that held until another came long after its last line: lines_have_the_vat_of_their_day
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT organisation_id, 'membership', '2024-01-01', 'high' FROM settlements_statement WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});
INSERT INTO settlements_partyvat (organisation_id, kind, first_day, vat) SELECT organisation_id, 'membership', '2029-01-01', 'exempt' FROM settlements_statement WHERE id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- a treatment that nobody knows, everywhere: lines_have_the_vat_of_their_day
DELETE FROM settlements_partyvat;
UPDATE settlements_tariff SET vat = 'iets';
UPDATE settlements_line SET vat = 'iets';

-- a correction of a correction: corrections_are_exact_opposites
UPDATE settlements_line SET statement_id = (SELECT MIN(f.id) FROM settlements_statement f JOIN settlements_statement s ON s.kind = f.kind AND s.organisation_id = f.organisation_id WHERE s.id = settlements_line.statement_id) WHERE id = {A_CORRECTED_FEE};
COPY settlements_line {A_CORRECTED_FEE}, corrects_id = id, net = -net, statement_id = (SELECT MAX(f.id) FROM settlements_statement f JOIN settlements_statement s ON s.kind = f.kind AND s.organisation_id = f.organisation_id WHERE s.id = settlements_line.statement_id);
UPDATE settlements_line SET corrects_id = NULL WHERE id NOT IN (SELECT MAX(id) FROM settlements_line) AND id <> {A_CORRECTED_FEE};

-- two accreditations of which the one that was made later ends on the other's first day: one_accreditation_a_day
UPDATE intermediaries_accreditation SET valid_from = '2031-01-01', valid_until = NULL WHERE id = (SELECT MIN(id) FROM intermediaries_accreditation);
COPY intermediaries_accreditation (SELECT MIN(id) FROM intermediaries_accreditation), valid_from = '2030-06-01', valid_until = '2031-01-01';

-- a branch that is another's: enrolments_are_at_a_participating_library
UPDATE organisations_branch SET organisation_id = {ANOTHER};

-- an enrolment whose first year was taken back: first_years_come_with_their_enrolment
UPDATE libraries_membershipyear SET revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice' WHERE id = {A_FIRST_YEAR};

-- a day of the last day of a year, told on the first day of the second quarter after: days_are_not_too_far_back
UPDATE intermediaries_handout SET "on" = '2025-12-31', recorded_at = '2026-04-01 12:00+02', late_reason = '' WHERE id = {A_HANDOUT};

-- a refusal at an organisation without a desk, where others have one: refusals_are_at_a_desk
UPDATE libraries_refusal SET library_id = (SELECT MAX(id) FROM organisations_organisation WHERE id NOT IN (SELECT organisation_id FROM organisations_branch));

-- an enrolment from the future, within what an answer may be ahead: nothing_happened_in_the_future
UPDATE organisations_programme SET renewal_margin = 14;
UPDATE libraries_enrolment SET "on" = (recorded_at + interval '7 days')::date WHERE id = {AN_ENROLMENT};

-- a statement that is paid while a second payment is on its way: paid_is_what_the_bank_says
COPY payments_payment (SELECT MIN(id) FROM payments_payment WHERE statement_id = {A_PAID}), end_to_end_id = 'SECOND', ended = '', ended_at = NULL;

-- a second payment of nothing: entries_fit_their_outcome
COPY payments_bankentry {A_DEBIT}, position = 9999, outcome = 'twice', amount = 0;

-- another amount, of half a euro that came in: entries_fit_their_outcome
COPY payments_bankentry {A_DEBIT}, position = 9999, outcome = 'different', amount = 0.5;

-- money back of nothing: entries_fit_their_outcome
COPY payments_bankentry {A_RETURN}, position = 9999, amount = 0;

-- half a euro that came in and is called nothing of ours: entries_fit_their_outcome
UPDATE payments_bankentry SET amount = 0.5 WHERE outcome = 'other';

-- a payment that ended in a way that nobody knows: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'iets' WHERE ended = 'returned';

-- a payment that ended as made twice and was made once, with money back: payments_ended_as_can_be_seen
UPDATE payments_payment SET ended = 'twice' WHERE ended = 'returned';

-- a number whose last part is none: numbers_have_no_gaps
UPDATE settlements_statement SET number = substr(number, 1, length(number) - 4) || 'abcd' WHERE id = {A_STATEMENT};

-- a step that was skipped in the middle: steps_are_legal
DELETE FROM settlements_statementstep WHERE statement_id = {A_PAID} AND status = 'in_payment';

-- a batch that begins with the last number of another that is not the first: batches_are_disjoint
COPY vouchers_batch (SELECT MAX(id) FROM vouchers_batch), first_serial = last_serial, last_serial = last_serial + 10;

-- a voucher of the batch that says that it is of none: batches_are_complete
UPDATE vouchers_voucher SET batch_id = 999999 WHERE serial = {IN_STOCK};

-- a batch without any voucher: batches_are_complete
DELETE FROM vouchers_voucher WHERE batch_id = (SELECT MAX(id) FROM vouchers_batch);

-- a library's own number on two invoices, where it agreed that Cubiss draws them up: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT id, organisation_id, '2026-17', '2027-12-01', 1 FROM settlements_statement WHERE kind = 'invoice' AND organisation_id = (SELECT s.organisation_id FROM settlements_statement s JOIN settlements_line l ON l.statement_id = s.id WHERE l.id = {A_FEE});

-- our own number on an invoice, given a second before its library agreed: own_numbers_are_used_once
INSERT INTO settlements_ownnumber (statement_id, organisation_id, number, at, by_id) SELECT s.id, s.organisation_id, s.number, b.at - interval '1 second', 1 FROM settlements_statement s JOIN settlements_selfbilling b ON b.library_id = s.organisation_id WHERE s.id = (SELECT statement_id FROM settlements_line WHERE id = {A_FEE});

-- a document of what is still asked for its number: nothing_goes_before_the_own_number
UPDATE settlements_statement SET status = 'draft', particulars = '{"own_numbers": true}' WHERE id = (SELECT MIN(d.statement_id) FROM settlements_document d JOIN settlements_statement s ON s.id = d.statement_id WHERE s.number IS NOT NULL AND s.id NOT IN (SELECT statement_id FROM settlements_ownnumber));

-- a failure of a statement's paper that is there: failed_document_is_not_there
INSERT INTO settlements_faileddocument (closing_id, statement_id, reason, at, attempts) SELECT closing_id, statement_id, 'OSError', made_at, 1 FROM settlements_document WHERE statement_id IS NOT NULL;

-- an account that left by a request that was refused: paid_accounts_changed_by_two
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT o.id, 'NL86INGB0002445588', p.iban, '', '', '2027-02-01', 1, '2027-02-02', 2, 'refused' FROM organisations_organisation o JOIN payments_payment p ON p.payee = o.name WHERE p.id = {A_PAYMENT};
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- an account that left by another's request: paid_accounts_changed_by_two
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT {ANOTHER}, 'NL86INGB0002445588', p.iban, '', '', '2027-02-01', 1, '2027-02-02', 2, 'accepted' FROM payments_payment p WHERE p.id = {A_PAYMENT};
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- an account that left by another road than the one that two agreed on: paid_accounts_changed_by_two
INSERT INTO organisations_accountchange (organisation_id, iban, old_iban, holder, old_holder, asked_at, asked_by_id, decided_at, decided_by_id, outcome) SELECT o.id, 'NL86INGB0002445588', 'NL20INGB0001234567', '', '', '2027-02-01', 1, '2027-02-02', 2, 'accepted' FROM organisations_organisation o JOIN payments_payment p ON p.payee = o.name WHERE p.id = {A_PAYMENT};
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- an account in another's name that nobody asked for: paid_accounts_changed_by_two
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588', account_holder = 'Stichting Beheer' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});
UPDATE payments_payment SET payee = 'Stichting Beheer' WHERE payee = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- an account that nobody asked for and that got another holder: paid_accounts_changed_by_two
UPDATE organisations_organisation SET iban = 'NL86INGB0002445588', account_holder = 'Stichting Beheer' WHERE name = (SELECT payee FROM payments_payment WHERE id = {A_PAYMENT});

-- numbers that were passed over, of which the first is there: passed_over_serials_do_not_exist
INSERT INTO organisations_numbergap (series, first, last, reason, at) SELECT 'vouchers', MAX(last_serial), MAX(last_serial) + 5, 'file', now() FROM vouchers_batch;

-- a stamp that can be set twice: history_is_guarded
ALTER TABLE payments_payment DISABLE TRIGGER payments_payment_stamped_once;

-- a membership of a voucher that nobody handed out, from before it was with its holder: memberships_follow_the_voucher
DELETE FROM intermediaries_handout WHERE voucher_id = (SELECT e.voucher_id FROM libraries_enrolment e JOIN libraries_membershipyear y ON y.enrolment_id = e.id WHERE y.id = {A_FIRST_YEAR});
UPDATE vouchers_voucher SET held_since = '2027-12-01' WHERE serial = (SELECT e.voucher_id FROM libraries_enrolment e JOIN libraries_membershipyear y ON y.enrolment_id = e.id WHERE y.id = {A_FIRST_YEAR});

-- a credit of the last quarter but one, without a next statement: credits_are_not_forgotten
UPDATE settlements_statement SET net = -5 WHERE id = (SELECT MAX(id) FROM settlements_statement WHERE closing_id = (SELECT id FROM settlements_closing ORDER BY quarter DESC LIMIT 1 OFFSET 1));
DELETE FROM settlements_statement WHERE closing_id = {LAST_CLOSING} AND organisation_id = (SELECT organisation_id FROM settlements_statement WHERE net = -5);

-- the first statement that was ever paid for, which no longer says so: paid_is_what_the_bank_says
UPDATE settlements_statement SET status = CASE status WHEN 'paid' THEN 'approved' ELSE 'paid' END WHERE id = (SELECT MIN(statement_id) FROM payments_payment);

-- the last statement that was ever paid for, which no longer says so: paid_is_what_the_bank_says
UPDATE settlements_statement SET status = CASE status WHEN 'paid' THEN 'approved' ELSE 'paid' END WHERE id = (SELECT MAX(statement_id) FROM payments_payment);
