"""What keeps history and is in no seal, with why: every other guarded table is in `sources.py`.

What is derived keeps no history, is not guarded and needs no seal: the status of a voucher, and the day summary of the
dashboard (its facts are sealed, and check_books counts them against it).
"""

from intermediaries.stock_levels.models import LowStockPeriod
from kbl.discrepancies.models import Reminder, ReminderSeries
from kbl.organisations.models import TargetGroup
from kbl.settlements.models import PartyVat
from reporting.models import BooksCheck, QuarterSeal, SurveyAnswer, SurveyCard
from vouchers.viewing.models import NumberView

UNSEALED = {
    TargetGroup: "an estimate beside figures of Cubiss' own; no report shows it",
    NumberView: "goes after a year, by rule",
    QuarterSeal: "is the chain itself: each holds the one before it, with its moment",
    BooksCheck: "says what was found when somebody looked; changes nothing that it looked at",
    SurveyAnswer: "anonymous: it has no moment, by intent",
    SurveyCard: "anonymous too",
    LowStockPeriod: "when stock ran low, counted from the movements",
    ReminderSeries: "that somebody was reminded; the facts that it was about are sealed",
    Reminder: "a mail on its way",
    PartyVat: "a rule for lines to come, which two people decided (that is sealed); what it led to stands on the lines",
}
