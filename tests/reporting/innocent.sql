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
