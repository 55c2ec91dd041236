"""Orders: a status that the steps prove, what was sent to whom, numbers without gaps, differences that add up."""

from collections import defaultdict

from intermediaries.orders.models import Order, OrderCounter
from reporting.integrity.invariants import Violations, invariant, select
from reporting.integrity.series import used_numbers

LAST_STEP = "SELECT order_id, MAX(id) AS id FROM intermediaries_orderstep GROUP BY order_id"
LAST_ASKED = "SELECT order_id, MAX(id) AS id FROM intermediaries_orderstep WHERE status = 'ordered' GROUP BY order_id"


@invariant("De status en het aantal van een bestelling volgen uit haar stappen")
def orders_follow_from_their_steps() -> Violations:
    return select(f"""
        SELECT "order".number, "order".status, "order".count, step.status AS last_step, asked.count AS last_asked
        FROM intermediaries_order "order"
             LEFT JOIN ({LAST_STEP}) last ON last.order_id = "order".id
             LEFT JOIN intermediaries_orderstep step ON step.id = last.id
             LEFT JOIN ({LAST_ASKED}) lately ON lately.order_id = "order".id
             LEFT JOIN intermediaries_orderstep asked ON asked.id = lately.id
        WHERE step.status IS NULL OR step.status <> "order".status OR asked.count IS NULL
              OR asked.count <> "order".count""")


@invariant("Elke stap van een bestelling mag na de vorige komen")
def order_steps_are_legal() -> Violations:
    return select("""
        SELECT order_id AS "order", id AS step, status, before
        FROM (SELECT id, order_id, status, LAG(status, 1, '') OVER (PARTITION BY order_id ORDER BY id) AS before
              FROM intermediaries_orderstep) steps
        WHERE NOT (
            (before = '' AND status = 'ordered')
            OR (before = 'ordered' AND status IN ('ordered', 'shipped', 'cancelled', 'declined'))
            OR (before = 'shipped' AND status IN ('received', 'different')))""")


@invariant("Op een bestelling is gestuurd wat de stap zegt, en naar wie haar deed")
def orders_were_sent_as_they_say() -> Violations:
    """What an order says was sent is what its movements brought to that organisation; otherwise nothing was."""
    return select("""
        SELECT "order".number, step.count AS said, sent.count AS sent, sent.strange
        FROM intermediaries_order "order"
             LEFT JOIN intermediaries_orderstep step ON step.order_id = "order".id AND step.status = 'shipped'
             LEFT JOIN (
                 SELECT link.order_id, SUM(movement.last_serial - movement.first_serial + 1) AS count,
                        SUM(CASE WHEN movement.kind = 'allocate' AND movement.to_holder_id = "order".organisation_id
                                 THEN 0 ELSE 1 END) AS strange
                 FROM intermediaries_ordermovement link
                      JOIN vouchers_stockmovement movement ON movement.id = link.movement_id
                      JOIN intermediaries_order "order" ON "order".id = link.order_id
                 GROUP BY link.order_id) sent ON sent.order_id = "order".id
        WHERE COALESCE(step.count, 0) <> COALESCE(sent.count, 0) OR COALESCE(sent.strange, 0) > 0""")


@invariant("Op een bestelling van papier gaat papier, en op een digitale gaat digitaal")
def orders_got_their_medium() -> Violations:
    return select("""
        SELECT "order".number, "order".medium, batch.id AS batch
        FROM intermediaries_order "order"
             JOIN intermediaries_ordermovement link ON link.order_id = "order".id
             JOIN vouchers_stockmovement movement ON movement.id = link.movement_id
             JOIN vouchers_batch batch ON batch.first_serial <= movement.last_serial
                  AND batch.last_serial >= movement.first_serial
        WHERE batch.medium <> "order".medium""")


@invariant("Een intermediair heeft van elke vorm hooguit één bestelling open")
def one_open_order() -> Violations:
    return select("""
        SELECT organisation_id AS organisation, medium, COUNT(*) AS times FROM intermediaries_order
        WHERE status = 'ordered' GROUP BY organisation_id, medium HAVING COUNT(*) > 1""")


@invariant("Bestelnummers lopen per jaar door zonder gaten")
def order_numbers_have_no_gaps() -> Violations:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number in Order.objects.order_by("number").values_list("number", flat=True):
        found[int(number[2:6])].append(int(number[7:]))
    counters = dict(OrderCounter.objects.values_list("year", "last_number"))
    for year in sorted(found.keys() | counters.keys()):
        if sorted(found[year]) != used_numbers(f"B-{year}", counters.get(year, 0)):
            yield {"year": year, "orders": len(found[year]), "counted": counters.get(year)}


@invariant("Een bestelling met een verschil heeft er een, en een verschil hoort bij wie het meldde")
def differences_fit_their_orders() -> Violations:
    return select("""
        SELECT "order".number, "order".status, COUNT(difference.id) AS differences
        FROM intermediaries_order "order"
             LEFT JOIN intermediaries_difference difference ON difference.order_id = "order".id
        GROUP BY "order".id, "order".number, "order".status, "order".organisation_id
        HAVING ("order".status = 'different') <> (COUNT(difference.id) > 0)
               OR COUNT(CASE WHEN difference.organisation_id <> "order".organisation_id THEN 1 END) > 0""")


@invariant("Van een telverschil is open wat nog niet is afgehandeld")
def differences_add_up() -> Violations:
    return select("""
        SELECT difference.id AS difference, difference."left", COALESCE(SUM(
                   settlement.last_serial - settlement.first_serial + 1), 0) AS settled
        FROM intermediaries_difference difference
             LEFT JOIN intermediaries_settlement settlement ON settlement.difference_id = difference.id
        GROUP BY difference.id, difference."left", difference.first_serial, difference.last_serial
        HAVING difference."left" <> difference.last_serial - difference.first_serial + 1
               - COALESCE(SUM(settlement.last_serial - settlement.first_serial + 1), 0)""")


@invariant("Elk nummer van een telverschil is hooguit één keer afgehandeld, binnen zijn reeks")
def numbers_are_settled_once() -> Violations:
    return select("""
        SELECT settled.difference_id AS difference, settled.first_serial, settled.before AS runs_until
        FROM (SELECT difference_id, first_serial, last_serial, MAX(last_serial) OVER (
                  PARTITION BY difference_id ORDER BY first_serial, id
                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
              FROM intermediaries_settlement) settled
             JOIN intermediaries_difference difference ON difference.id = settled.difference_id
        WHERE settled.first_serial <= settled.before OR settled.first_serial < difference.first_serial
              OR settled.last_serial > difference.last_serial""")


@invariant("Een afgehandeld telverschil deed met de voorraad wat het zegt")
def settlements_did_what_they_say() -> Violations:
    return select("""
        SELECT settlement.id AS settlement, settlement.outcome, movement.id AS movement, movement.kind
        FROM intermediaries_settlement settlement
             JOIN intermediaries_difference difference ON difference.id = settlement.difference_id
             LEFT JOIN vouchers_stockmovement movement ON movement.id = settlement.movement_id
        WHERE NOT COALESCE(
            (movement.id IS NULL AND settlement.outcome IN ('arrived', 'sent_back', 'mistake'))
            OR (movement.first_serial = settlement.first_serial AND movement.last_serial = settlement.last_serial
                AND ((settlement.outcome = 'lost' AND movement.kind = 'void' AND movement.reason = 'lost'
                      AND movement.from_holder_id = difference.organisation_id)
                     OR (settlement.outcome = 'not_sent' AND movement.kind = 'return'
                         AND movement.from_holder_id = difference.organisation_id)
                     OR (settlement.outcome = 'given' AND movement.kind IN ('allocate', 'move')
                         AND movement.to_holder_id = difference.organisation_id))), FALSE)""")


@invariant("De voorraad van een vorm zakt hooguit één keer tegelijk onder het minimum")
def one_dip_at_a_time() -> Violations:
    return select("""
        SELECT organisation_id AS organisation, medium, COUNT(*) AS times FROM intermediaries_dip
        WHERE over_on IS NULL GROUP BY organisation_id, medium HAVING COUNT(*) > 1""")


@invariant("Een stap van een bibliotheek is hooguit één keer afgevinkt")
def one_standing_step() -> Violations:
    return select("""
        SELECT library_id AS library, step, COUNT(*) AS times FROM organisations_readinessstep
        WHERE revoked_at IS NULL GROUP BY library_id, step HAVING COUNT(*) > 1""")
