-- What may be planted in the books of orders: a name, the check that must find it, and how it is done (see
-- tests/reporting/each_condition.sql). {SENT}, {WAITING} and the like are rows of the history in test_books.py.

-- an order that came by itself: orders_follow_from_their_steps
UPDATE intermediaries_order SET status = 'received' WHERE id = {SENT};

-- an order that asks for more than was asked: orders_follow_from_their_steps
UPDATE intermediaries_order SET count = count + 1 WHERE id = {WAITING};

-- an order without a history: orders_follow_from_their_steps
DELETE FROM intermediaries_orderstep WHERE order_id = {WAITING};

-- an order that was sent and that nobody asked for: orders_follow_from_their_steps
DELETE FROM intermediaries_orderstep WHERE order_id = {SENT} AND status = 'ordered';

-- an order that was received before it was sent: order_steps_are_legal
DELETE FROM intermediaries_orderstep WHERE order_id = {RECEIVED} AND status = 'shipped';

-- an order that began with its end: order_steps_are_legal
DELETE FROM intermediaries_orderstep WHERE order_id = {CANCELLED} AND status = 'ordered';

-- an order that was sent and says another number: orders_were_sent_as_they_say
UPDATE intermediaries_orderstep SET count = count + 1 WHERE order_id = {SENT} AND status = 'shipped';

-- an order that was sent without a voucher: orders_were_sent_as_they_say
DELETE FROM intermediaries_ordermovement WHERE order_id = {SENT};

-- an order that went to a neighbour: orders_were_sent_as_they_say
UPDATE vouchers_stockmovement SET to_holder_id = {ANOTHER} WHERE id = (SELECT MIN(movement_id) FROM intermediaries_ordermovement WHERE order_id = {SENT});

-- an order that was never sent and yet has a parcel: orders_were_sent_as_they_say
UPDATE intermediaries_ordermovement SET order_id = {WAITING} WHERE order_id = {SENT};

-- paper for who asked for digital: orders_got_their_medium
UPDATE intermediaries_order SET medium = CASE medium WHEN 'paper' THEN 'digital' ELSE 'paper' END WHERE id = {SENT};

-- two open orders at once: one_open_order
COPY intermediaries_order {WAITING}, number = 'B-2025-0099', key = gen_random_uuid();

-- a number that is missing: order_numbers_have_no_gaps
DELETE FROM intermediaries_order WHERE id = {CANCELLED};

-- a counter that was put back: order_numbers_have_no_gaps
UPDATE intermediaries_ordercounter SET last_number = last_number - 1;

-- a counter that is gone: order_numbers_have_no_gaps
DELETE FROM intermediaries_ordercounter;

-- a difference of which nothing was told: differences_fit_their_orders
UPDATE intermediaries_difference SET order_id = NULL WHERE order_id IS NOT NULL;

-- a difference at an order that came whole: differences_fit_their_orders
UPDATE intermediaries_difference SET order_id = {RECEIVED} WHERE id = (SELECT MAX(id) FROM intermediaries_difference);

-- a difference at a neighbour's order: differences_fit_their_orders
UPDATE intermediaries_difference SET organisation_id = {ANOTHER} WHERE order_id IS NOT NULL;

-- a difference that was put right by nobody: differences_add_up
UPDATE intermediaries_difference SET "left" = 0 WHERE "left" > 0;

-- a settlement that is gone: differences_add_up
DELETE FROM intermediaries_settlement WHERE outcome = 'arrived';

-- numbers that were settled twice: numbers_are_settled_once
COPY intermediaries_settlement (SELECT id FROM intermediaries_settlement WHERE outcome = 'arrived');

-- numbers that were settled and never told: numbers_are_settled_once
UPDATE intermediaries_settlement SET last_serial = last_serial + 500 WHERE outcome = 'sent_back';

-- lost, and the stock does not know: settlements_did_what_they_say
UPDATE intermediaries_settlement SET movement_id = NULL WHERE outcome = 'lost';

-- lost, and the stock says that it came back: settlements_did_what_they_say
UPDATE intermediaries_settlement SET outcome = 'not_sent' WHERE outcome = 'lost';

-- given to somebody else: settlements_did_what_they_say
UPDATE vouchers_stockmovement SET to_holder_id = {ANOTHER} WHERE id = (SELECT MIN(movement_id) FROM intermediaries_settlement WHERE outcome = 'given');

-- low twice at once: one_dip_at_a_time
COPY intermediaries_dip (SELECT MIN(id) FROM intermediaries_dip);

-- a step that was ticked off twice: one_standing_step
COPY organisations_readinessstep (SELECT MIN(id) FROM organisations_readinessstep);

-- numbers that were settled before they were told: numbers_are_settled_once
UPDATE intermediaries_settlement SET first_serial = first_serial - 1, last_serial = first_serial - 1 WHERE id = (SELECT s.id FROM intermediaries_settlement s JOIN intermediaries_difference d ON d.id = s.difference_id WHERE s.first_serial = d.first_serial ORDER BY s.id LIMIT 1);

-- vouchers of an order that came from a neighbour: orders_were_sent_as_they_say
UPDATE vouchers_stockmovement SET kind = 'move' WHERE id = (SELECT MIN(movement_id) FROM intermediaries_ordermovement WHERE order_id = {SENT});

-- lost at somebody else: settlements_did_what_they_say
UPDATE vouchers_stockmovement SET from_holder_id = {ANOTHER} WHERE id = (SELECT movement_id FROM intermediaries_settlement WHERE outcome = 'lost');

-- lost, and the stock says that it was stolen: settlements_did_what_they_say
UPDATE vouchers_stockmovement SET reason = 'stolen' WHERE id = (SELECT movement_id FROM intermediaries_settlement WHERE outcome = 'lost');

-- never sent by somebody else: settlements_did_what_they_say
UPDATE vouchers_stockmovement SET from_holder_id = {ANOTHER} WHERE id = (SELECT movement_id FROM intermediaries_settlement WHERE outcome = 'not_sent');

-- more vouchers given than were settled: settlements_did_what_they_say
UPDATE vouchers_stockmovement SET last_serial = last_serial + 1 WHERE id = (SELECT movement_id FROM intermediaries_settlement WHERE outcome = 'given');

-- other vouchers given than were settled: settlements_did_what_they_say
UPDATE vouchers_stockmovement SET first_serial = first_serial - 1 WHERE id = (SELECT movement_id FROM intermediaries_settlement WHERE outcome = 'given');

-- a number that only arrived, and the stock moved: settlements_did_what_they_say
UPDATE intermediaries_settlement SET movement_id = (SELECT MIN(id) FROM vouchers_stockmovement) WHERE outcome = 'arrived';

-- an order that was sent twice: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {SENT});

-- an order that was cancelled after it was sent: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {SENT}), status = 'cancelled';

-- an order that was declined after it was sent: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {SENT}), status = 'declined';

-- an order that came twice: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {RECEIVED});

-- an order that came whole and then did not: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {RECEIVED}), status = 'different';

-- an order that was cancelled and sent: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {CANCELLED}), status = 'shipped';

-- an order that came though it was never sent: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {WAITING}), status = 'received';
