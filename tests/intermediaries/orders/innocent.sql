-- What is no corruption in the books of orders (see tests/reporting/innocent.sql).

-- an open order of paper beside an open one of digital: one_open_order
COPY intermediaries_order {WAITING}, number = 'B-2025-0099', key = gen_random_uuid(), medium = 'digital';

-- an open order beside one that is over: one_open_order
COPY intermediaries_order {WAITING}, number = 'B-2025-0099', key = gen_random_uuid(), status = 'cancelled';

-- stock that was low twice, once and again: one_dip_at_a_time
COPY intermediaries_dip (SELECT MIN(id) FROM intermediaries_dip), over_on = (SELECT MIN("on") FROM intermediaries_dip);

-- stock of another form that is low as well: one_dip_at_a_time
COPY intermediaries_dip (SELECT MIN(id) FROM intermediaries_dip), medium = CASE medium WHEN 'paper' THEN 'digital' ELSE 'paper' END;

-- an order that was changed and changed again: order_steps_are_legal
COPY intermediaries_orderstep (SELECT MAX(id) FROM intermediaries_orderstep WHERE order_id = {WAITING});
