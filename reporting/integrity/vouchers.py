"""The vouchers: batches, ranges, custody, and a status that the facts prove."""

from collections.abc import Iterator

from reporting.integrity.custody import HeldRun, StockRuns, differences
from reporting.integrity.invariants import Violation, Violations, invariant, select
from vouchers.models import Batch, StockMovement
from vouchers.numbers import LAST_SERIAL


@invariant("Reeksen van series overlappen niet")
def batches_are_disjoint() -> Violations:
    return select("""
        SELECT id AS batch, first_serial, before AS runs_until
        FROM (SELECT id, first_serial, MAX(last_serial) OVER (
                  ORDER BY first_serial, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
              FROM vouchers_batch) earlier
        WHERE first_serial <= before""")


@invariant("Elke serie heeft precies de vouchers van haar reeks")
def batches_are_complete() -> Violations:
    return select("""
        SELECT batch.id AS batch, batch.last_serial - batch.first_serial + 1 AS made, COUNT(voucher.serial) AS found
        FROM vouchers_batch batch LEFT JOIN vouchers_voucher voucher ON voucher.batch_id = batch.id
             AND voucher.serial BETWEEN batch.first_serial AND batch.last_serial
        GROUP BY batch.id HAVING COUNT(voucher.serial) <> batch.last_serial - batch.first_serial + 1""")


@invariant("Elke voucher ligt in zijn serie")
def vouchers_lie_in_their_batch() -> Violations:
    return select("""
        SELECT voucher.serial, voucher.batch_id AS batch
        FROM vouchers_voucher voucher LEFT JOIN vouchers_batch batch ON batch.id = voucher.batch_id
        WHERE batch.id IS NULL OR voucher.serial NOT BETWEEN batch.first_serial AND batch.last_serial""")


@invariant("De teller van nummers staat voorbij het laatste nummer")
def counter_is_beyond_the_last_serial() -> Violations:
    return select("""
        SELECT made.last AS last_serial, counter.next_serial
        FROM (SELECT MAX(last_serial) AS last FROM vouchers_batch) made
             LEFT JOIN vouchers_serialcounter counter ON counter.id = 1
        WHERE made.last IS NOT NULL AND (counter.next_serial IS NULL OR counter.next_serial <= made.last)""")


@invariant("Een vouchernummer heeft zeven cijfers en zes toevalscijfers")
def numbers_are_well_formed() -> Violations:
    return select(
        """
        SELECT serial FROM vouchers_voucher
        WHERE serial NOT BETWEEN 1 AND %s OR length(secret) <> 6 OR ltrim(secret, '0123456789') <> ''""",
        [LAST_SERIAL],
    )


@invariant("De toevalscijfers zijn niet te voorspellen")
def secrets_are_scattered() -> Violations:
    """Six random digits repeat now and then; a batch in which one comes back time and again was not drawn."""
    return select("""
        SELECT batch_id AS batch, secret_count AS times
        FROM (SELECT batch_id, COUNT(*) AS secret_count, MAX(size) AS size
              FROM (SELECT voucher.batch_id, voucher.secret, batch.last_serial - batch.first_serial + 1 AS size
                    FROM vouchers_voucher voucher JOIN vouchers_batch batch ON batch.id = voucher.batch_id) drawn
              GROUP BY batch_id, secret) repeated
        WHERE secret_count > 4 + size / 20000""")


@invariant("Elke beweging van voorraad sluit aan op de vorige")
def movements_follow_each_other() -> Violations:
    stock, movements = _stock()
    for movement in movements:
        for problem in stock.move(movement):
            yield {"movement": movement.pk, "range": str(movement.range), "problem": problem}


@invariant("Elke voucher is waar de bewegingen hem brachten")
def vouchers_are_where_they_were_brought() -> Violations:
    stock, movements = _stock()
    for movement in movements:
        for _ in stock.move(movement):
            pass
    found = [HeldRun(**row) for row in map(_typed, select(ISLANDS))]
    for expected, there in differences(stock.runs, found):
        yield {
            "range": str(expected),
            "holder": there.holder if there else None,
            "since": there.since if there else None,
            "void": there.void if there else None,
            "until": there.until if there else None,
            "expected_holder": expected.holder,
            "expected_since": expected.since,
            "expected_void": expected.void,
            "expected_until": expected.until,
        }


def _stock() -> tuple[StockRuns, Iterator[StockMovement]]:
    return StockRuns(Batch.objects.order_by("first_serial")), StockMovement.objects.order_by("pk").iterator()


# Vouchers next to each other with the same holder since the same day, void or not, and with the same own last day.
ISLANDS = """
    SELECT MIN(serial) AS first, MAX(serial) AS last, holder_id AS holder, held_since AS since, void, until
    FROM (SELECT serial, holder_id, held_since, status = 'void' AS void, extended_until AS until,
              serial - ROW_NUMBER() OVER (
                  PARTITION BY holder_id, held_since, status = 'void', extended_until ORDER BY serial) AS island
          FROM vouchers_voucher) ranked
    GROUP BY holder_id, held_since, void, until, island"""


def _typed(row: Violation) -> Violation:
    """SQLite gives days as text and truths as numbers."""
    day = Batch._meta.get_field("made_on").to_python
    return {**row, "since": day(row["since"]), "void": bool(row["void"]), "until": day(row["until"])}


@invariant("Een houder heeft wat hij kreeg min wat hij teruggaf")
def holders_add_up() -> Violations:
    return select("""
        SELECT holder, SUM(moved) AS moved, SUM(held) AS held
        FROM (SELECT to_holder_id AS holder, last_serial - first_serial + 1 AS moved, 0 AS held
              FROM vouchers_stockmovement WHERE kind IN ('allocate', 'move')
              UNION ALL
              SELECT from_holder_id, -(last_serial - first_serial + 1), 0
              FROM vouchers_stockmovement WHERE kind IN ('return', 'move')
              UNION ALL
              SELECT holder_id, 0, COUNT(*) FROM vouchers_voucher WHERE holder_id IS NOT NULL GROUP BY holder_id) sums
        GROUP BY holder HAVING SUM(moved) <> SUM(held)""")


@invariant("Ongeldige vouchers worden alleen weer geldig als een tweede akkoord gaf")
def revival_takes_two_people() -> Violations:
    """Somebody who decided on his own request; and numbers made valid more often than two people agreed on."""
    yield from select("SELECT id AS request FROM vouchers_revivalrequest WHERE decided_by_id = asked_by_id")
    yield from select("""
        SELECT movement.id AS movement, movement.first_serial, movement.last_serial
        FROM vouchers_stockmovement movement
        WHERE movement.kind = 'revive' AND NOT EXISTS (
            SELECT 1 FROM vouchers_revivalrequest request
            WHERE request.agreed AND request.decided_at = movement.recorded_at
              AND request.first_serial <= movement.first_serial AND request.last_serial >= movement.last_serial)""")


STANDING = """
    FROM vouchers_voucher voucher
    LEFT JOIN intermediaries_handout handout ON handout.voucher_id = voucher.serial AND handout.revoked_at IS NULL
    LEFT JOIN libraries_enrolment enrolment ON enrolment.voucher_id = voucher.serial AND enrolment.revoked_at IS NULL"""


@invariant("De status van een voucher volgt uit de feiten")
def status_follows_from_the_facts() -> Violations:
    """Void comes from a movement, which custody checks; for all others the facts decide."""
    return select(f"""
        SELECT voucher.serial, voucher.status,
               CASE WHEN enrolment.id IS NOT NULL THEN 'redeemed' WHEN handout.id IS NOT NULL THEN 'handed_out'
                    WHEN voucher.holder_id IS NOT NULL THEN 'allocated' ELSE 'in_stock' END AS expected
        {STANDING}
        WHERE voucher.status <> 'void'
          AND voucher.status <> CASE WHEN enrolment.id IS NOT NULL THEN 'redeemed'
                                     WHEN handout.id IS NOT NULL THEN 'handed_out'
                                     WHEN voucher.holder_id IS NOT NULL THEN 'allocated' ELSE 'in_stock' END""")


@invariant("Een ongeldige voucher is niet ingewisseld")
def void_vouchers_are_not_redeemed() -> Violations:
    return select(f"SELECT voucher.serial {STANDING} WHERE voucher.status = 'void' AND enrolment.id IS NOT NULL")


@invariant("Een voucher is hooguit één keer geldig uitgereikt")
def one_handout_per_voucher() -> Violations:
    return _more_than_one("intermediaries_handout", "voucher_id")


@invariant("Een voucher is hooguit één keer geldig ingewisseld")
def one_enrolment_per_voucher() -> Violations:
    return _more_than_one("libraries_enrolment", "voucher_id")


@invariant("Elk lidmaatschapsjaar is er hooguit één keer")
def one_membership_year_per_ordinal() -> Violations:
    return _more_than_one("libraries_membershipyear", "enrolment_id, ordinal")


@invariant("Een lidmaatschap eindigt hooguit één keer")
def one_end_per_enrolment() -> Violations:
    return _more_than_one("libraries_membershipend", "enrolment_id")


def _more_than_one(table: str, columns: str) -> Violations:
    """Checked on the rows themselves, also when a constraint was lost."""
    return select(
        f"SELECT {columns}, COUNT(*) AS times FROM {table} WHERE revoked_at IS NULL"
        f" GROUP BY {columns} HAVING COUNT(*) > 1"
    )
