"""What every closed set of the house needs for each of its members: a row per set, a facet per thing it needs.

A set without a row fails, and so does a member that a facet gives nothing for. `without=` says that a member has none,
on purpose. A new enum gets its row here; its facets are the tables and sentences that would otherwise forget a member.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any

from intermediaries.accreditation import AccreditationRefused
from intermediaries.counting.differences import CountRefusal
from intermediaries.counting.models import Difference, Settlement
from intermediaries.counting.sentences import about_count, about_settlement
from intermediaries.counting.settling import OUTCOMES, SettlementRefused
from intermediaries.handouts.files import Wrong, WrongFile
from intermediaries.handouts.rule import GROUNDS as HANDING_OUT
from intermediaries.handouts.rule import UNDO_GROUNDS as UNDOING_HANDOUTS
from intermediaries.handouts.rule import HandoutReason, HandoutUndoReason
from intermediaries.handouts.sentences import UNDO_REASONS as HANDOUT_UNDO_REASONS
from intermediaries.handouts.sentences import about_wrong_file
from intermediaries.kinds.models import IntermediaryKind
from intermediaries.models import Handout, Track
from intermediaries.office.counting_forms import OUTCOME_WORDS
from intermediaries.orders.models import Order, OrderStep
from intermediaries.orders.orders import OrderRefused
from intermediaries.orders.sentences import ON_PAPER, about_order
from intermediaries.sentences import about_period, about_service_area
from intermediaries.service_areas.areas import ServiceAreaRefused
from kbl.accounts.roles import AUDIENCES, ROLES, Audience, Bound, Right, Role, that_may
from kbl.admin.accounts import misfit
from kbl.discrepancies import reconciliation, worklist
from kbl.discrepancies.answers import AnswerRefused
from kbl.discrepancies.models import ABOUT, SIGNAL_ABOUT, AnswerWords, DiscrepancyKind, SignalKind, SignalSeen, Whom
from kbl.discrepancies.office.reminder_pages import REASONS as NOT_REMINDED
from kbl.discrepancies.office.signal_words import OFTEN, TITLES, about, why
from kbl.discrepancies.reconciliation import BY_KIND, DISCREPANCIES
from kbl.discrepancies.reminders import NotReminded
from kbl.discrepancies.sentences import about_refused
from kbl.discrepancies.signals import FINDERS, FORGETS, Signal
from kbl.eligibility import Worklist
from kbl.facts import LateReason, RevokeReason
from kbl.fund import accounts as ledger_accounts
from kbl.fund.evidence import EvidenceRefused
from kbl.fund.models import Evidence, FundEntry, LedgerAccount
from kbl.intake.examining import ColumnReason, WrongColumns
from kbl.intake.kinds import stock as intake_stock
from kbl.intake.resource import Verdict
from kbl.intake.sentences import about_columns
from kbl.intake.views import AFTERWARDS, WORDS
from kbl.jobs.models import Job
from kbl.mail.models import Letter, Mail
from kbl.organisations.models import AccountChange, NumberGap, Organisation, ReadinessStep
from kbl.participants.organisations import Does
from kbl.payments.accounts.account_mail import SUBJECTS
from kbl.payments.accounts.accounts import AccountRefused
from kbl.payments.bank.refunds import RefundRefused
from kbl.payments.bank.sentences import about_file as about_bank_file
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from kbl.payments.models import AccountMail, BankEntry, Payment, PaymentRun
from kbl.payments.runs.payable import PaymentObstacle
from kbl.payments.runs.runs import DayRefused
from kbl.payments.sentences import REFUNDS, WHY_NOT_PAYABLE
from kbl.payments.sentences import UNTIL_NOW as RUN_UNTIL_NOW
from kbl.periods import Quarter
from kbl.search.sentences import unreadable
from kbl.second_person.models import OfficeMail, PendingChange
from kbl.second_person.office_mail import OFFICE_SUBJECTS
from kbl.second_person.second_person import MAKERS, ChangeRefused
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.closing.models import Closing
from kbl.settlements.documents.einvoice.terms import CATEGORIES
from kbl.settlements.documents.models import Document
from kbl.settlements.models import Correction, Statement, StatementStep, Tariff, VatTreatment
from kbl.settlements.office.costs import WHY_NOT as EVIDENCE_REFUSED
from kbl.settlements.sentences import UNTIL_NOW as STATEMENT_UNTIL_NOW
from kbl.settlements.sentences import sentence, sentence_of_code
from kbl.settlements.statements import breakdown
from kbl.settlements.statements.corrections import NotCorrectable
from kbl.settlements.statements.own_numbers import NumberRefused
from kbl.settlements.statements.self_billing import AgreementRefused
from kbl.settlements.tariffs.tariffs import MissingTariff
from kbl.site.instructions import INSTRUCTIONS
from kbl.site.navigation import MENUS
from kbl.spreadsheets.sentences import about_file
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile
from kbl.templatetags.states import STATES
from kbl.texts.personal import WORDS as PERSONAL
from kbl.texts.personal import Looks
from kbl.upkeep.models import Heartbeat
from kbl.voucher_record.overview import Grouping, _key
from libraries.eligibility.redeeming import REDEEMING
from libraries.eligibility.renewing import RENEWING, NotAnswerable
from libraries.eligibility.undoing import UNDOING_ANSWERS, UNDOING_REDEMPTIONS, AnswerStays, RedemptionStays
from libraries.models import Enrolment, Refusal
from libraries.past_enrolments import There
from libraries.sentences import UNDO_REASONS
from libraries.welcome import WelcomeOffer
from reporting.audit import fund_amounts
from reporting.clearing.clearing import Fixed
from reporting.clearing.views import LOOKS
from reporting.clearing.views import why as staying
from reporting.editions.files import NAMES as FILE_NAMES
from reporting.editions.files import TYPES as FILE_TYPES
from reporting.editions.interim import SENTENCES as INTERIM_SENTENCES
from reporting.editions.interim import InterimRefused
from reporting.editions.models import EditionFile, ReportEdition, TextPlace
from reporting.editions.parts import TABLES as PART_TABLES
from reporting.editions.parts import WORDS as PART_WORDS
from reporting.editions.parts import About
from reporting.editions.refused import EditionRefused
from reporting.editions.refused import sentence as about_edition
from reporting.figures.as_of import AsOf
from reporting.figures.measures import SOURCES as COUNTED_FROM
from reporting.figures.measures import Measure
from reporting.figures.query import FundAmount
from reporting.figures.stock import StockMeasure, stock_facts
from reporting.figures.white_spots import Pace, Spot
from reporting.forecast.estimates import Expected
from reporting.forecast.forecast import Course, number_of
from reporting.integrity import payments as integrity
from reporting.message import letters as quarter_letters
from reporting.message import sending_it
from reporting.models import Baseline, CampaignActivity, ReachMeasurement, Risk
from reporting.monitor import entering as monitor_entering
from reporting.monitor.models import TargetLetter
from reporting.monitor.risk_figures import SIGNS
from reporting.office.forecast import COURSES
from reporting.office.white_spots import PACE_WORDS, SPOT_WORDS
from reporting.payment_requests import requests as payment_requests
from reporting.payment_requests.models import PaymentRequest
from reporting.report.whole_programme import CHAPTERS as SPAN_CHAPTERS
from reporting.report.whole_programme import TITLES as SPAN_TITLES
from reporting.report.whole_programme import ReportSpan
from reporting.seals.digest import Window, fell
from reporting.seals.sources import By, Source
from reporting.survey.questions import ANSWERS, More, Question, Stay, Visits
from reporting.survey.texts import QUESTIONS
from reporting.survey.texts import WORDS as ANSWER_WORDS
from tests.closed_sets.walking import Facet
from vouchers import sentences
from vouchers.batches import BatchRefused
from vouchers.custody.eligibility import Obstacle
from vouchers.custody.opening import JudgedRange, RangeVerdict
from vouchers.models import Batch, ExpectedReturn, StockMovement, Voucher
from vouchers.numbers import Mistake, NumberError
from vouchers.paper.models import ListTaken
from vouchers.paper.printing_house import ListRefused
from vouchers.paper.views import REFUSED as LIST_REFUSED
from vouchers.viewing.models import NumberView

DAY, AT, Q4 = date(2025, 11, 3), datetime(2025, 11, 3, 12, tzinfo=UTC), Quarter(2025, 4)
IN_A_SEAL = Window(Closing(quarter=Q4, closed_at=AT), None, {Handout._meta.db_table: (0, 1)})
SOMEBODY = Organisation(pk=0, name="Iemand")


# Words that are the same in Dutch.
DUTCH_TOO = {"Bank", "Impact", "Open"}


ESTIMATE = Expected(Decimal(1), Decimal(2), Decimal(3))


def dutch(member: Any) -> str:
    """Its label, when somebody gave it one: Django makes one of the member's own English name otherwise."""
    own_name = member.name.replace("_", " ").title()
    return "" if str(member.label) == own_name and own_name not in DUTCH_TOO else str(member.label)


LABEL = Facet("label", dutch)
ICON = Facet("icon and colour", lambda member: STATES[str(member)])


def said(of: Callable[[Any], object], *without: Enum) -> Facet:
    return Facet("sentence", of, frozenset(without))


def row_in(table: Mapping, name: str = "row in its table") -> Facet:
    """In a table whose value may be empty."""
    return Facet(name, lambda member: member in table)


def words_in(table: Mapping, name: str = "sentence", without: Collection[Enum] = ()) -> Facet:
    return Facet(name, lambda member: table[member], frozenset(without))


def ground(table: Collection) -> tuple[Facet, ...]:
    """A reason of an act: its row says what people read, and on which worklist it stands, or on none."""
    by_reason = {each.reason: each for each in table}
    return (
        Facet("sentence", lambda member: by_reason[member].says),
        Facet("worklist, or the word that there is none", lambda member: Worklist(by_reason[member].worklist)),
    )


def offered(member: Any) -> bool:
    return any(member in (*each.offered, *each.offered_to_party) for each in DISCREPANCIES)


def order_refused(reason: Any, status: Any = Order.Status.ORDERED) -> str:
    order = Order(status=status, medium=Batch.Medium.PAPER, count=10, ordered_at=AT, number="B-2025-0001")
    return about_order(OrderRefused(reason, order))


def signal(kind: Any) -> Signal:
    return Signal(kind, SOMEBODY, size=3, on=DAY, at=AT, counted=1, of=2, share=Decimal("0.5"), usual=Decimal("0.5"))


def mistaken(member: Any) -> NumberError:
    error = NumberError("0012345x", 8)
    error.mistake = member  # type: ignore[misc]
    return error


def movement(kind: Any) -> StockMovement:
    reason = StockMovement.Reason.LOST
    return StockMovement(kind=kind, reason=reason, from_holder=SOMEBODY, to_holder=SOMEBODY, valid_until=DAY)


def party() -> Any:
    return SimpleNamespace(organisation="Voedselbank", serves=frozenset({1}), track=Track.DIRECT)


def source_by(member: By) -> Source:
    """A table whose rows fall in a quarter in this way."""
    return Source(Closing, member, "quarter") if member is By.QUARTER else Source(Handout, member, "recorded_at")


FILE_FACTS = {
    "limit": 5,
    "kind": "pdf",
    "message": "camt.052",
    "statement": "12",
    "opening": Decimal(1),
    "total": Decimal(2),
    "closing": Decimal(4),
    "row": 3,
    "sheets": ["Blad1", "Blad2"],
    "heading": "Nummer",
}

REGISTER: dict[type[Enum], tuple[Facet, ...]] = {
    # --- people ---
    Audience: (
        LABEL,
        words_in(MENUS, "menu"),
        Facet("start page", lambda member: AUDIENCES[member].home),
        words_in(quarter_letters.NEXT, "next step in the quarterly message"),
        Facet("role", lambda member: any(row.audience == member for row in ROLES.values())),
    ),
    Bound: (said(lambda member: misfit(member, SOMEBODY)),),
    Right: (Facet("role that has it", that_may),),
    Role: (LABEL, words_in(ROLES, "row in the table"), words_in(INSTRUCTIONS, "instruction")),
    # --- vouchers ---
    Voucher.Status: (
        LABEL,
        ICON,
        words_in(sentences.IN_THE_WAY),
        words_in(sentences.SHORT_STATUS, "short words"),
    ),
    Batch.Medium: (LABEL, words_in(ON_PAPER, "words in a sentence")),
    StockMovement.Kind: (
        LABEL,
        words_in(sentences.MOVEMENT_ICONS, "icon"),
        said(lambda member: sentences.about_movement(movement(member))),
    ),
    StockMovement.Reason: (LABEL,),
    ExpectedReturn.Kind: (LABEL,),
    BatchRefused.Reason: (said(lambda member: sentences.about_batch(BatchRefused(member))),),
    Obstacle.Reason: (
        said(lambda member: sentences.about_obstacle(Obstacle(member, (), Voucher.Status.VOID))),
        Facet("short words", lambda member: sentences._short(Obstacle(member, (), Voucher.Status.VOID))),
    ),
    RangeVerdict: (
        said(lambda member: intake_stock._sentence(JudgedRange(member)), RangeVerdict.GOOD, RangeVerdict.SAME),
    ),
    Mistake: (
        said(lambda member: sentences.about_number(mistaken(member))),
        said(lambda member: sentences.about_serials(mistaken(member))),
        said(lambda member: unreadable(mistaken(member))),
    ),
    ListTaken.Kind: (LABEL,),
    ListRefused.Reason: (words_in(LIST_REFUSED),),
    NumberView.Why: (LABEL,),
    Grouping: (LABEL, Facet("line", lambda member: _key(party(), member, {1: "Venlo"}))),
    # --- intermediaries ---
    Track: (LABEL,),
    IntermediaryKind: (LABEL,),
    AccreditationRefused.Reason: (said(lambda member: about_period(AccreditationRefused(member, DAY))),),
    ServiceAreaRefused.Reason: (said(lambda member: about_service_area(ServiceAreaRefused(member, DAY, DAY))),),
    Order.Status: (LABEL, ICON, said(lambda member: order_refused(OrderRefused.Reason.MOVED_ON, member))),
    OrderStep.Reason: (LABEL,),
    OrderRefused.Reason: (said(order_refused),),
    Difference.Kind: (
        LABEL,
        words_in(OUTCOMES, "outcome"),
        said(lambda member: reconciliation._about_count(Difference(kind=member, left=1))),
    ),
    Settlement.Outcome: (
        LABEL,
        words_in(OUTCOME_WORDS, "words in the form"),
        Facet("kind of difference", lambda member: any(member in each for each in OUTCOMES.values())),
    ),
    CountRefusal.Reason: (said(lambda member: about_count(CountRefusal(member, (), "handed_out")).title),),
    SettlementRefused.Reason: (said(lambda member: about_settlement(SettlementRefused(member))),),
    Wrong: (said(lambda member: about_wrong_file(WrongFile(member, ("Naam", "Leeftijd")))),),
    HandoutReason: ground(HANDING_OUT),
    HandoutUndoReason: ground(UNDOING_HANDOUTS),
    # --- libraries ---
    Enrolment.Kind: (LABEL,),
    Refusal.Reason: (LABEL, *ground(REDEEMING)),
    NotAnswerable: ground(RENEWING),
    RedemptionStays: ground(UNDOING_REDEMPTIONS),
    AnswerStays: ground(UNDOING_ANSWERS),
    There: (),  # what is there already of a row that is read in: a count, which no one reads
    WelcomeOffer.Theme: (LABEL,),
    RevokeReason: (
        LABEL,
        words_in(dict(UNDO_REASONS), "words at the desk", without=[RevokeReason.CORRECTION]),
        words_in(dict(HANDOUT_UNDO_REASONS), "words of an intermediary", without=[RevokeReason.CORRECTION]),
    ),
    LateReason: (LABEL,),
    NumberGap.Reason: (LABEL,),
    # --- discrepancies ---
    DiscrepancyKind: (
        LABEL,
        Facet("sentence", lambda member: BY_KIND[member].words),
        Facet("icon", lambda member: BY_KIND[member].icon),
        Facet("next step", lambda member: BY_KIND[member].next_step),
        words_in(ABOUT, "column of Answer"),
    ),
    AnswerWords: (LABEL, Facet("class that offers it", offered)),
    AnswerRefused.Reason: (said(lambda member: about_refused(AnswerRefused(member))),),
    Worklist: (
        Facet(
            "class of discrepancies",
            lambda member: member is not Worklist.NONE and any(each.collects == member for each in DISCREPANCIES),
            frozenset({Worklist.NONE}),
        ),
    ),
    worklist.RowState: (LABEL,),
    worklist.RowOrder: (
        LABEL,
        Facet(
            "order",
            lambda member: worklist.rows(DISCREPANCIES[0], worklist.WorklistFilter(order=member), DAY).query.order_by,
        ),
    ),
    NotReminded.Reason: (words_in(NOT_REMINDED),),
    SignalKind: (
        LABEL,
        words_in(TITLES, "title"),
        words_in(OFTEN),
        said(lambda member: about(signal(member))),
        said(lambda member: why(signal(member))),
        words_in(FINDERS, "finder"),
        row_in(FORGETS, "time after which a look is forgotten, or none"),
    ),
    SignalSeen.Outcome: (LABEL,),
    Whom: (Facet("kind of signal", lambda member: member in SIGNAL_ABOUT.values()),),
    # --- settlements ---
    ClosingRefused.Reason: (
        said(lambda member: sentence(ClosingRefused(member, Q4))),
        said(lambda member: sentence_of_code(member.value, Q4)),
    ),
    Statement.Kind: (LABEL,),
    Statement.Status: (LABEL, ICON, words_in(STATEMENT_UNTIL_NOW)),
    StatementStep.Reason: (LABEL,),
    Correction.Reason: (LABEL,),
    NotCorrectable.Reason: (said(lambda member: sentence(NotCorrectable(member))),),
    NumberRefused.Reason: (
        said(
            lambda member: sentence(
                NumberRefused(member, "F-1", SimpleNamespace(closing=SimpleNamespace(quarter=Q4)))  # type: ignore[arg-type]
            )
        ),
    ),
    AgreementRefused.Reason: (said(lambda member: sentence(AgreementRefused(member, DAY))),),
    breakdown.LineSort: (words_in(breakdown.WORDS, "words"),),
    Document.Kind: (LABEL,),
    Tariff.Kind: (LABEL, said(lambda member: sentence(MissingTariff(member, DAY)))),
    VatTreatment: (
        LABEL,
        words_in(CATEGORIES, "category of the e-invoice"),
        Facet("rate", lambda member: VatTreatment.rate.fget(member) is not None),
    ),
    # --- fund and payments ---
    FundEntry.Kind: (LABEL,),
    Evidence.Kind: (LABEL,),
    EvidenceRefused.Reason: (words_in(EVIDENCE_REFUSED),),
    Looks: (words_in(PERSONAL), words_in(LOOKS)),
    Fixed: (said(staying),),
    LedgerAccount.Role: (LABEL, row_in(ledger_accounts.DEFAULTS, "account, or none")),
    PaymentRun.Status: (LABEL, ICON, words_in(RUN_UNTIL_NOW)),
    Payment.Ended: (LABEL,),
    PaymentObstacle: (words_in(WHY_NOT_PAYABLE),),
    DayRefused.Reason: (said(lambda member: sentence(DayRefused(member, DAY, DAY))),),
    BankEntry.Outcome: (
        LABEL,
        Facet(
            "check",
            lambda member: integrity._fits(BankEntry(outcome=member, amount=Decimal(1)), {}) in (True, False),
        ),
    ),
    UnreadableReason: (said(lambda member: about_bank_file(BankFileUnreadable(member, **FILE_FACTS))),),
    AccountChange.Outcome: (LABEL,),
    AccountRefused.Reason: (said(lambda member: sentence(AccountRefused(member))),),
    RefundRefused.Reason: (words_in(REFUNDS),),
    AccountMail.Kind: (LABEL, words_in(SUBJECTS, "subject")),
    ChangeRefused.Reason: (said(lambda member: sentence(ChangeRefused(member))),),
    OfficeMail.Kind: (LABEL, words_in(OFFICE_SUBJECTS, "subject")),
    PendingChange.Kind: (LABEL, Facet("way to make it", MAKERS.__getitem__)),
    PendingChange.Outcome: (LABEL,),
    # --- the office around it ---
    Job.State: (LABEL, ICON),
    Mail.State: (LABEL,),
    Letter.Purpose: (LABEL,),
    Heartbeat.Name: (LABEL,),
    ReadinessStep.Step: (LABEL,),
    Does: (LABEL,),
    Verdict: (words_in(WORDS, "words before"), words_in(AFTERWARDS, "words afterwards")),
    ColumnReason: (said(lambda member: about_columns(WrongColumns(member, ["Naam"]))),),
    FileProblem: (said(lambda member: about_file(UnreadableFile(member, **FILE_FACTS))),),
    # --- reports ---
    Measure: (words_in(COUNTED_FROM, "source"),),
    Spot: (words_in(SPOT_WORDS, without=[Spot.MEMBERS]),),
    Pace: (words_in(PACE_WORDS),),
    PaymentRequest.Outcome: (LABEL,),
    payment_requests.RequestRefused.Reason: (words_in(payment_requests.WORDS),),
    sending_it.MessageRefused.Reason: (words_in(sending_it.WORDS),),
    TargetLetter: (LABEL,),
    Baseline.Unit: (LABEL,),
    Risk.Course: (LABEL,),
    Risk.Sign: (LABEL, row_in(SIGNS, "SIGNS")),
    ReachMeasurement.Kind: (LABEL,),
    CampaignActivity.Channel: (LABEL,),
    monitor_entering.EntryRefused.Reason: (words_in(monitor_entering.WORDS),),
    Question: (words_in(QUESTIONS), row_in(ANSWERS, "answers")),
    More: (LABEL, words_in(ANSWER_WORDS, "words to members")),
    Stay: (LABEL, words_in(ANSWER_WORDS, "words to members")),
    Visits: (LABEL, words_in(ANSWER_WORDS, "words to members")),
    TextPlace: (LABEL,),
    About: (LABEL, words_in(PART_TABLES, "table"), words_in(PART_WORDS, "name of a file")),
    ReportSpan: (words_in(SPAN_TITLES, "title"), words_in(SPAN_CHAPTERS, "chapter", without=[ReportSpan.QUARTER])),
    ReportEdition.Outcome: (LABEL,),
    EditionFile.Form: (LABEL, words_in(FILE_TYPES, "type"), words_in(FILE_NAMES, "name")),
    InterimRefused.Reason: (words_in(INTERIM_SENTENCES),),
    EditionRefused.Reason: (said(lambda member: about_edition(EditionRefused(member))),),
    Course: (words_in(COURSES, "name"), Facet("number", lambda member: number_of(member, ESTIMATE))),
    StockMeasure: (Facet("count", lambda member: stock_facts(member, AsOf(DAY, AT)) is not None),),
    By: (Facet("rows", lambda member: fell(source_by(member), IN_A_SEAL) is not None),),
    FundAmount: (words_in(fund_amounts.TITLES, "title"), words_in(fund_amounts.MEANINGS, "meaning")),
}
