"""What was said about discrepancies: answers, reminders that escalate, and signals that somebody looked at."""

from datetime import timedelta
from enum import Enum, auto
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from intermediaries.counting.models import Difference
from intermediaries.models import Handout
from kbl.facts import Fact
from kbl.guards import REVOCABLE, AppendOnly
from kbl.mail.models import Mail
from kbl.organisations.models import Organisation
from libraries.models import Enrolment, Refusal
from vouchers.models import Voucher


class DiscrepancyKind(models.TextChoices):
    """The classes of discrepancies; what each is, whose and what to do about it is in reconciliation.py."""

    UNREPORTED = "unreported", "ingewisseld, uitreiking niet gemeld"
    UNREDEEMED = "unredeemed", "uitgereikt, niet ingewisseld"
    TWICE = "twice", "bij twee bibliotheken aangeboden"
    REFUSED = "refused", "aangeboden en geweigerd"
    UNACCREDITED = "unaccredited", "uitgereikt zonder accreditatie"
    COUNTED = "counted", "anders geteld"


# The facts that an answer can be about, and which of them each class is about: a column of `Answer`. The database holds
# every answer to it, so another class or column asks for a migration.
FACTS = ("enrolment", "handout", "refusal", "difference")
ABOUT: dict[DiscrepancyKind, str] = {
    DiscrepancyKind.UNREPORTED: "enrolment",
    DiscrepancyKind.UNREDEEMED: "handout",
    DiscrepancyKind.TWICE: "refusal",
    DiscrepancyKind.REFUSED: "refusal",
    DiscrepancyKind.UNACCREDITED: "handout",
    DiscrepancyKind.COUNTED: "difference",
}


class AnswerWords(models.TextChoices):
    """What an answer can say."""

    LATER = "later", "komt later"
    ASKED = "asked", "gevraagd, wacht op antwoord"
    UNDER_WAY = "under_way", "nog onderweg naar de bibliotheek"
    CHECKED = "checked", "nagegaan: klopt zo"
    NOT_OURS = "not_ours", "niet door de intermediair uitgereikt"
    LOST = "lost", "voucher kwijt"
    UNUSED = "unused", "voucher wordt niet gebruikt"
    FIRST_HAD_IT = "first_had_it", "de eerste bibliotheek had de voucher"
    COPY = "copy", "het was een kopie"
    DESK_MISTAKE = "desk_mistake", "vergissing aan de balie"
    NEW_VOUCHER = "new_voucher", "nieuwe voucher gegeven"
    EXPLAINED = "explained", "uitgelegd aan de bibliotheek"
    ACCREDITED = "accredited", "accreditatie geregeld"
    STOCK_BACK = "stock_back", "voorraad teruggehaald"


# For these the row comes back on a day, and so many days are proposed. What is on its way gets its ninety days again.
PAUSES: dict[AnswerWords, timedelta] = {
    AnswerWords.LATER: timedelta(days=14),
    AnswerWords.ASKED: timedelta(days=14),
    AnswerWords.UNDER_WAY: timedelta(days=90),
}


def _about(column: str) -> Q:
    """Answers to the classes that are about this column fill it, and no other."""
    kinds = [kind.value for kind in DiscrepancyKind if ABOUT.get(kind) == column]
    of_kind: dict[str, Any] = {"kind": kinds[0]} if len(kinds) == 1 else {"kind__in": kinds}
    return Q(**of_kind, **{f"{each}__isnull": each != column for each in FACTS})


class Answer(Fact):
    """What somebody found out about one discrepancy: from a fixed list, about exactly one fact.

    `until`: the row comes back on that day; without it the row is closed, unless the words ask Cubiss to go on
    (answers.py). `ordinal` counts the answers to one row: who answers says what it saw, so that of two people who
    answer at once one does.
    """

    kind = models.CharField("soort", max_length=12, choices=DiscrepancyKind)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    handout = models.ForeignKey(Handout, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    refusal = models.ForeignKey(Refusal, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    difference = models.ForeignKey(Difference, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    words = models.CharField("antwoord", max_length=12, choices=AnswerWords)
    until = models.DateField("terug in de lijst op", null=True, blank=True)
    ordinal = models.PositiveSmallIntegerField("hoeveelste antwoord")
    by_party = models.BooleanField("door de organisatie zelf", default=False)

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "antwoord op een verschil"
        verbose_name_plural = "antwoorden op verschillen"
        ordering = ["pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="answer_is_about_one_fact_of_its_kind",
                condition=reduce(or_, map(_about, FACTS)),
            ),
            models.CheckConstraint(
                name="answer_comes_back_on_a_later_day",
                condition=Q(words__in=[each.value for each in PAUSES], until__gt=F("on"))
                | (~Q(words__in=[each.value for each in PAUSES]) & Q(until__isnull=True)),
            ),
            models.CheckConstraint(name="answers_count_from_one", condition=Q(ordinal__gte=1)),
            *(
                models.UniqueConstraint(
                    name=f"answers_to_a_{name}_in_turn",
                    fields=[name, "kind", "ordinal"],
                    condition=Q(**{f"{name}__isnull": False}),
                )
                for name in FACTS
            ),
            *(
                models.UniqueConstraint(
                    name=f"one_last_word_on_a_{name}",
                    fields=[name, "kind"],
                    condition=Q(**{f"{name}__isnull": False}, revoked_at__isnull=True, until__isnull=True)
                    & ~Q(words="not_ours"),
                )
                for name in FACTS
            ),
        ]

    def __str__(self) -> str:
        return self.get_words_display()

    @property
    def column(self) -> str:
        """Which of its columns names the fact that it is about."""
        return ABOUT[DiscrepancyKind(self.kind)]


class ReminderPlan(models.Model):
    """When which reminder goes, in days; one row. Each is counted from the one before it."""

    first_after = models.PositiveSmallIntegerField(
        "eerste herinnering na (dagen)",
        default=14,
        help_text="Na het inwisselen, zonder melding.",
    )
    second_after = models.PositiveSmallIntegerField(
        "tweede herinnering na (dagen)", default=14, help_text="Na de eerste. Cubiss leest mee."
    )
    third_after = models.PositiveSmallIntegerField(
        "naar de coördinator na (dagen)", default=14, help_text="Na de tweede. Alleen aan Cubiss."
    )

    class Meta:
        verbose_name = "afspraken over herinneringen"
        verbose_name_plural = "afspraken over herinneringen"
        constraints = [
            models.CheckConstraint(name="only_one_reminder_plan", condition=Q(pk=1)),
            models.CheckConstraint(
                name="reminders_leave_a_week",
                condition=Q(first_after__gte=7, second_after__gte=7, third_after__gte=7),
            ),
        ]

    @classmethod
    def current(cls) -> "ReminderPlan":
        """The plan of this programme, or the usual days when nobody changed them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class ReminderSeries(models.Model):
    """An organisation has open items that took too long, from a day until `over_on`: then reminders start anew."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reminder_series", db_index=False, verbose_name="organisatie"
    )
    on = models.DateField("begonnen op")
    over_on = models.DateField("voorbij op", null=True, blank=True)

    GUARD = AppendOnly(stamped_once=("over_on",))

    class Meta:
        verbose_name = "reeks herinneringen"
        verbose_name_plural = "reeksen herinneringen"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_series_at_a_time", fields=["organisation"], condition=Q(over_on__isnull=True)
            ),
            models.CheckConstraint(
                name="series_ends_after_it_began", condition=Q(over_on__isnull=True) | Q(over_on__gte=F("on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.on}"


class Reminder(Mail):
    """One mail of a series: which level, with how many open items on that day. Never a voucher number.

    `asked_by`: who pressed the button; empty when it went by itself.
    """

    series = models.ForeignKey(ReminderSeries, models.PROTECT, related_name="reminders", db_index=False)
    level = models.PositiveSmallIntegerField("herinnering")
    on = models.DateField("dag")
    unreported = models.PositiveIntegerField("niet gemeld")
    unredeemed = models.PositiveIntegerField("niet ingewisseld")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    GUARD = AppendOnly(free=("recipient", "state", "claimed_at", "sent_at", "attempts"))

    class Meta:
        verbose_name = "herinnering over verschillen"
        verbose_name_plural = "herinneringen over verschillen"
        ordering = ["pk"]
        indexes = [models.Index(name="discrepancy_mail_unsent", fields=["id"], condition=~Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(name="one_reminder_a_level", fields=["series", "level"]),
            models.CheckConstraint(name="reminders_have_three_levels", condition=Q(level__range=(1, 3))),
            models.CheckConstraint(
                name="reminder_is_about_something", condition=Q(unreported__gt=0) | Q(unredeemed__gt=0)
            ),
        ]


class SignalKind(models.TextChoices):
    """What can stand out."""

    RUNS = "runs", "uitgereikt zonder inwisseling"
    PILE = "pile", "stapel achter elkaar ingewisseld"
    NIGHT = "night", "ingewisseld buiten openingstijd"
    REFUSALS = "refusals", "veel geweigerde pogingen"
    OWN_ISSUE = "own_issue", "zelf uitgereikt en zelf ingewisseld"
    LATE = "late", "ver terug vastgelegd"


class Whom(Enum):
    """By what a signal is known again, besides its organisation."""

    ORGANISATION = auto()
    VOUCHER = auto()
    ACCOUNT = auto()


SIGNAL_ABOUT: dict[SignalKind, Whom] = {
    SignalKind.RUNS: Whom.ORGANISATION,
    SignalKind.PILE: Whom.VOUCHER,
    SignalKind.NIGHT: Whom.ACCOUNT,
    SignalKind.REFUSALS: Whom.ACCOUNT,
    SignalKind.OWN_ISSUE: Whom.ORGANISATION,
    SignalKind.LATE: Whom.ORGANISATION,
}


def _names(whom: Whom) -> Q:
    """Signals of these kinds name an account, a voucher or neither."""
    kinds = [kind.value for kind in SignalKind if SIGNAL_ABOUT.get(kind) is whom]
    of_kind: dict[str, Any] = {"kind": kinds[0]} if len(kinds) == 1 else {"kind__in": kinds}
    return Q(**of_kind, account__isnull=whom is not Whom.ACCOUNT, voucher__isnull=whom is not Whom.VOUCHER)


class SignalSeen(models.Model):
    """Somebody looked at a signal of this size: it stays away until it grows (signals.py)."""

    class Outcome(models.TextChoices):
        EXPLAINED = "explained", "er is een goede uitleg voor"
        TALKED = "talked", "besproken met de organisatie"
        WATCHING = "watching", "nog even in de gaten houden"

    kind = models.CharField("signaal", max_length=9, choices=SignalKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="eerste voucher"
    )
    size = models.PositiveIntegerField("omvang toen")
    outcome = models.CharField("wat er uitkwam", max_length=9, choices=Outcome)
    on = models.DateField("dag")
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bekeken signaal"
        verbose_name_plural = "bekeken signalen"
        ordering = ["pk"]
        indexes = [models.Index(name="signals_of_organisation", fields=["organisation", "kind"])]
        constraints = [
            models.CheckConstraint(name="signal_has_a_size", condition=Q(size__gte=1)),
            models.CheckConstraint(
                name="signal_names_whom_it_is_about",
                condition=reduce(or_, map(_names, Whom)),
            ),
        ]
