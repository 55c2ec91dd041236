"""What was billed: every fact of a closed period once, at its tariff, and every correction the exact opposite."""

from datetime import timedelta

from django.db import connection
from django.db.models import F, Q

from kbl.settlements.models import Closing, Line, Tariff, VatTreatment
from kbl.settlements.tariffs.tariffs import tariff_id
from reporting.integrity.invariants import Violations, invariant, quarter_of, select

# A request that read the clock just before a closing and was answered after it waits for the next closing.
IN_FLIGHT = timedelta(minutes=2)

LINES = """
    FROM settlements_line line
    JOIN settlements_statement statement ON statement.id = line.statement_id
    JOIN settlements_closing closing ON closing.id = statement.closing_id
    LEFT JOIN intermediaries_handout handout ON handout.id = line.handout_id
    LEFT JOIN libraries_membershipyear year ON year.id = line.membership_year_id
    LEFT JOIN libraries_enrolment enrolment ON enrolment.id = year.enrolment_id
    LEFT JOIN settlements_tariff tariff ON tariff.id = line.tariff_id"""


@invariant("Elk te vergoeden feit van een gesloten kwartaal staat op een regel")
def billable_facts_are_billed() -> Violations:
    """Each fact that was recorded before its own quarter was closed; later ones wait for the next closing."""
    closed = Closing.objects.order_by("quarter").values_list("quarter", "closed_at")
    if not closed:
        return []
    borders = ", ".join(["(%s, %s)"] * len(closed))
    params = [value for quarter, closed_at in closed for value in (str(quarter), closed_at - IN_FLIGHT)]
    return select(
        f"""
        WITH closed (quarter, until) AS (VALUES {borders})
        SELECT 'handout' AS fact, handout.id, handout."on" AS day
        FROM intermediaries_handout handout JOIN closed ON closed.quarter = {quarter_of('handout."on"')}
        WHERE handout.revoked_at IS NULL AND handout.recorded_at <= closed.until
          AND handout.accreditation_id IS NOT NULL AND NOT handout.paid_before
          AND NOT EXISTS (SELECT 1 FROM settlements_line line
                          WHERE line.handout_id = handout.id AND line.corrects_id IS NULL)
        UNION ALL
        SELECT 'membershipyear', year.id, year."on"
        FROM libraries_membershipyear year JOIN closed ON closed.quarter = {quarter_of('year."on"')}
             JOIN libraries_enrolment enrolment ON enrolment.id = year.enrolment_id
             JOIN organisations_programme programme ON programme.id = 1
        WHERE year.revoked_at IS NULL AND year.recorded_at <= closed.until AND NOT year.paid_before
          AND year."on" BETWEEN programme.starts_on AND programme.ends_on
          AND enrolment.kind <> 'free_anyway' AND (enrolment.kind <> 'conversion' OR programme.conversions_funded)
          AND NOT EXISTS (SELECT 1 FROM settlements_line line
                          WHERE line.membership_year_id = year.id AND line.corrects_id IS NULL)""",
        params,
    )


@invariant("Wat voor KBL al betaald was, staat op geen enkele regel")
def paid_before_is_not_billed() -> Violations:
    return select(f"""
        SELECT line.id AS line, handout.id AS handout, year.id AS year
        {LINES} WHERE handout.paid_before OR year.paid_before""")


@invariant("Geen feit staat op twee gewone regels")
def facts_are_billed_once() -> Violations:
    return select("""
        SELECT handout_id AS handout, membership_year_id AS year, COUNT(*) AS times
        FROM settlements_line WHERE corrects_id IS NULL
        GROUP BY handout_id, membership_year_id HAVING COUNT(*) > 1""")


@invariant("Geen feit van een open periode staat op een regel")
def open_periods_are_not_billed() -> Violations:
    return select(f"""
        SELECT line.id AS line, line."on" AS day, closing.quarter
        {LINES}
        WHERE {quarter_of('line."on"')} > closing.quarter OR (line.corrects_id IS NULL
              AND COALESCE(handout.recorded_at, year.recorded_at) > closing.closed_at)""")


@invariant("Een regel noemt de organisatie, de voucher en de dag van zijn feit, op de goede soort afrekening")
def lines_agree_with_their_facts() -> Violations:
    return select(f"""
        SELECT line.id AS line, statement.kind, statement.organisation_id AS organisation, line.serial, line."on" AS day
        {LINES}
        WHERE (handout.id IS NULL) = (year.id IS NULL)
           OR (handout.id IS NOT NULL AND (statement.kind <> 'declaration' OR tariff.kind <> 'handling'
               OR statement.organisation_id <> handout.organisation_id OR line."on" <> handout."on"
               OR line.serial <> handout.voucher_id))
           OR (year.id IS NOT NULL AND (statement.kind <> 'invoice' OR tariff.kind <> 'membership'
               OR statement.organisation_id <> year.library_id OR line."on" <> year."on"
               OR line.serial <> enrolment.voucher_id))""")


@invariant("Wat niet vergoed wordt, staat niet op een regel")
def free_things_are_not_billed() -> Violations:
    return select(f"""
        SELECT line.id AS line, enrolment.kind
        {LINES} JOIN organisations_programme programme ON programme.id = 1
        WHERE line.corrects_id IS NULL
          AND ((handout.id IS NOT NULL AND handout.accreditation_id IS NULL) OR enrolment.kind = 'free_anyway'
               OR year."on" NOT BETWEEN programme.starts_on AND programme.ends_on)""")


@invariant("Een regel heeft het tarief van zijn dag en spoor")
def lines_are_at_the_tariff_of_the_day() -> Violations:
    billed = Line.objects.filter(corrects__isnull=True).order_by()
    expected = {
        Tariff.Kind.HANDLING: tariff_id(Tariff.Kind.HANDLING, day="on", track="handout__accreditation__track"),
        Tariff.Kind.MEMBERSHIP: tariff_id(Tariff.Kind.MEMBERSHIP, day="on"),
    }
    for kind, tariff in expected.items():
        of_kind = billed.filter(handout__isnull=kind != Tariff.Kind.HANDLING).annotate(expected=tariff)
        wrong = ~Q(tariff=F("expected")) | Q(expected=None) | ~Q(net=F("tariff__amount"))
        yield from of_kind.filter(wrong).values("pk", "net", "tariff", "expected")


@invariant("Een regel heeft de btw die op zijn dag gold: die van de organisatie, anders die van het tarief")
def lines_have_the_vat_of_their_day() -> Violations:
    """Of who was a library at the closing (its statement says so) both papers say the same: entrepreneur, or not."""
    rates = ", ".join(f"('{vat}', {vat.rate})" for vat in VatTreatment)
    told = "json_extract(statement.particulars, '$.library') = 1"
    if connection.vendor == "postgresql":
        told = "statement.particulars ->> 'library' = 'true'"
    return select(f"""
        WITH rules AS (SELECT organisation_id AS party, kind, vat, first_day,
                              LEAD(first_day) OVER (PARTITION BY organisation_id, kind ORDER BY first_day) AS until
                       FROM settlements_partyvat),
             fees AS (SELECT vat, first_day, LEAD(first_day) OVER (ORDER BY first_day) AS until
                      FROM settlements_tariff WHERE kind = 'membership'),
             rates (vat, rate) AS (VALUES {rates}),
             asked AS (
        SELECT line.id AS line, line.vat, line.vat_rate, COALESCE(own.vat, tariff.vat) AS here,
               CASE WHEN statement.kind = 'declaration' AND {told} THEN COALESCE(member.vat, fees.vat) END AS there
        FROM settlements_line line
             JOIN settlements_statement statement ON statement.id = line.statement_id
             JOIN settlements_tariff tariff ON tariff.id = line.tariff_id
             LEFT JOIN rules own ON own.party = statement.organisation_id AND own.kind = tariff.kind
                  AND own.first_day <= line."on" AND (own.until IS NULL OR own.until > line."on")
             LEFT JOIN rules member ON member.party = statement.organisation_id AND member.kind = 'membership'
                  AND member.first_day <= line."on" AND (member.until IS NULL OR member.until > line."on")
             LEFT JOIN fees ON fees.first_day <= line."on" AND (fees.until IS NULL OR fees.until > line."on")
        WHERE line.corrects_id IS NULL),
             held AS (
        SELECT asked.line, asked.vat, asked.vat_rate,
               CASE WHEN there = 'outside' THEN there WHEN there IS NOT NULL AND here = 'outside' THEN 'exempt'
                    ELSE here END AS expected
        FROM asked)
        SELECT held.line, held.vat, held.vat_rate, held.expected
        FROM held LEFT JOIN rates ON rates.vat = held.vat
        WHERE held.vat <> held.expected OR rates.rate IS NULL OR held.vat_rate <> rates.rate""")


@invariant("Er is een tarief voor elke regel, en elk tarief is meer dan nul")
def tariffs_are_positive() -> Violations:
    return list(Tariff.objects.filter(amount__lte=0).values("pk", "amount")) + select(
        f"SELECT line.id AS line {LINES} WHERE tariff.id IS NULL"
    )


CORRECTIONS = """
    FROM settlements_line line
    JOIN settlements_statement statement ON statement.id = line.statement_id
    JOIN settlements_closing closing ON closing.id = statement.closing_id
    LEFT JOIN settlements_line original ON original.id = line.corrects_id
    LEFT JOIN settlements_statement first ON first.id = original.statement_id
    LEFT JOIN settlements_closing earlier ON earlier.id = first.closing_id
    LEFT JOIN settlements_correction correction ON correction.line_id = original.id"""


@invariant("Een correctieregel is precies het omgekeerde van een eerdere regel")
def corrections_are_exact_opposites() -> Violations:
    return select(f"""
        SELECT line.id AS line, line.corrects_id AS corrects, line.net, original.net AS original_net
        {CORRECTIONS}
        WHERE line.corrects_id IS NOT NULL
          AND (original.id IS NULL OR original.corrects_id IS NOT NULL OR line.net <> -original.net
               OR line.vat_rate <> original.vat_rate OR line.vat <> original.vat OR line.tariff_id <> original.tariff_id
               OR line.serial <> original.serial OR line."on" <> original."on"
               OR COALESCE(line.handout_id, 0) <> COALESCE(original.handout_id, 0)
               OR COALESCE(line.membership_year_id, 0) <> COALESCE(original.membership_year_id, 0)
               OR statement.kind <> first.kind OR statement.organisation_id <> first.organisation_id
               OR closing.quarter <= earlier.quarter)""")


@invariant("Een gewone regel is positief, een correctie negatief")
def only_corrections_are_negative() -> Violations:
    return select("""
        SELECT id AS line, net FROM settlements_line
        WHERE (corrects_id IS NULL AND net <= 0) OR (corrects_id IS NOT NULL AND net >= 0)""")


@invariant("Een regel wordt hooguit één keer gecorrigeerd")
def lines_are_corrected_once() -> Violations:
    return select("""
        SELECT corrects_id AS line, COUNT(*) AS times FROM settlements_line
        WHERE corrects_id IS NOT NULL GROUP BY corrects_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT line_id, COUNT(*) FROM settlements_correction GROUP BY line_id HAVING COUNT(*) > 1""")


@invariant("Een correctieregel is gevraagd voordat hij kwam")
def corrections_were_asked_for() -> Violations:
    return select(f"""
        SELECT line.id AS line, line.corrects_id AS corrects
        {CORRECTIONS}
        WHERE line.corrects_id IS NOT NULL AND (correction.id IS NULL OR correction.at > closing.closed_at)""")


@invariant("Een gevraagde correctie staat op de eerstvolgende afrekening")
def corrections_are_billed() -> Violations:
    last = Closing.objects.order_by("quarter").last()
    if last is None:
        return []
    return select(
        """
        SELECT correction.id AS correction, correction.line_id AS line, correction.at
        FROM settlements_correction correction LEFT JOIN settlements_line line ON line.corrects_id = correction.line_id
        WHERE line.id IS NULL AND correction.at <= %s""",
        [last.closed_at - IN_FLIGHT],
    )


@invariant("Wat is ingetrokken nadat het op een regel kwam, heeft een correctie; wat gecorrigeerd is, is ingetrokken")
def billed_facts_are_revoked_by_correction_only() -> Violations:
    return select(f"""
        SELECT line.id AS line, COALESCE(handout.revoked_at, year.revoked_at) AS revoked_at, correction.id AS correction
        {LINES} LEFT JOIN settlements_correction correction ON correction.line_id = line.id
        WHERE line.corrects_id IS NULL
          AND ((COALESCE(handout.revoked_at, year.revoked_at) IS NULL) <> (correction.id IS NULL)
               OR COALESCE(handout.revoked_at, year.revoked_at) <= closing.closed_at)""")
