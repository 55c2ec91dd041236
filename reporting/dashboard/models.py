"""The day summary: how many facts of a kind there are per day, place and track, so that a page need not read them all.

It is derived: always what the facts say (`check_books`), and made anew by `manage.py rebuild_day_summary`.
"""

from django.db import models
from django.db.models import F


def _once(name: str, when: str) -> models.UniqueConstraint:
    """A summary has one row of a kind per stretch of time and place: what filling adds to (summarising.py)."""
    return models.UniqueConstraint(name=name, fields=["what", when, "organisation", "branch", "track"])


class SummaryColumns(models.Model):
    """What a row of either summary says: so many of one kind, at one organisation and branch, in one track.

    `what` is a Measure; `branch` is 0 for a hand-out; `month` counts months since the year 0. Keys without references:
    rows come and go by the thousand, and none of them is anybody's only trace.
    """

    what = models.CharField("wat", max_length=11)
    month = models.PositiveIntegerField("maand")
    organisation = models.BigIntegerField("organisatie")
    branch = models.BigIntegerField("vestiging")
    track = models.SmallIntegerField("spoor")
    count = models.IntegerField("aantal")

    class Meta:
        abstract = True


class DaySummary(SummaryColumns):
    """So many facts were recorded of one kind, day, organisation, branch and track, up to `SummaryReach`.

    Less those that were revoked and stand in `SummaryRevoked`.
    """

    day = models.DateField("dag")

    class Meta:
        verbose_name = "dagtotaal"
        verbose_name_plural = "dagtotalen"
        ordering = ["day", "what"]
        constraints = [_once("one_summary_per_day_and_place", "day")]
        indexes = [models.Index(name="day_summary_of_month", fields=["month"])]


class MonthSummary(SummaryColumns):
    """The day summary added up per month: three years are then some thousands of rows, whatever the number of facts.

    A page reads months, and the days of a month only where it has to tell them apart (counted.py).
    """

    class Meta:
        verbose_name = "maandtotaal"
        verbose_name_plural = "maandtotalen"
        ordering = ["month", "what"]
        constraints = [_once("one_summary_per_month_and_place", "month")]


class SummaryRevoked(models.Model):
    """A fact within the summary's reach that was revoked and taken off: `key` is its row, `fact` its kind.

    `folded` is false only while a run is taking it off.
    """

    fact = models.CharField("soort", max_length=9)
    key = models.BigIntegerField("sleutel")
    folded = models.BooleanField("verwerkt")

    class Meta:
        verbose_name = "ingetrokken in de dagtotalen"
        verbose_name_plural = "ingetrokken in de dagtotalen"
        ordering = ["fact", "key"]
        constraints = [models.UniqueConstraint(name="revoked_once_in_summary", fields=["fact", "key"])]


class SummaryReach(models.Model):
    """Up to which facts the day summary goes: by the order in which the database numbered them, never by a clock.

    `next_*`: up to where it may go as soon as nobody who was writing at that moment is still busy (`after`, a number of
    a transaction; 0 when nothing is asked). `tracks`: the track of every accreditation as it was counted. `version`
    counts the changes, so that who reads sees that another wrote meanwhile.
    """

    handouts = models.BigIntegerField("uitreikingen tot en met", default=0)
    enrolments = models.BigIntegerField("inschrijvingen tot en met", default=0)
    years = models.BigIntegerField("lidmaatschapsjaren tot en met", default=0)
    next_handouts = models.BigIntegerField("volgende uitreikingen", default=0)
    next_enrolments = models.BigIntegerField("volgende inschrijvingen", default=0)
    next_years = models.BigIntegerField("volgende lidmaatschapsjaren", default=0)
    after = models.BigIntegerField("wacht op", default=0)
    tracks = models.JSONField("sporen", default=dict)
    version = models.BigIntegerField("versie", default=0)

    class Meta:
        verbose_name = "bereik van de dagtotalen"
        verbose_name_plural = "bereik van de dagtotalen"
        constraints = [
            models.CheckConstraint(name="one_summary_reach", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="summary_reach_goes_on",
                condition=models.Q(handouts__gte=0, enrolments__gte=0, years__gte=0, version__gte=0)
                & (models.Q(after=0) | models.Q(next_handouts__gte=F("handouts"))),
            ),
        ]


class FundOutlook(models.Model):
    """What takes long to work out of the fund, as it was at a moment: what waits for a statement, and the forecast.

    `waiting` is None when a tariff is missing. Euros excluding VAT; `left_over` is negative when the budget is not
    enough. `runs_out` is a quarter or empty. `seconds`: how long it took, so that it is not done too often.
    """

    at = models.DateTimeField("stand van")
    waiting = models.DecimalField("nog niet op een afrekening", max_digits=12, decimal_places=2, null=True, blank=True)
    left_over = models.DecimalField("blijft over", max_digits=12, decimal_places=2)
    lowest = models.DecimalField("blijft minstens over", max_digits=12, decimal_places=2)
    highest = models.DecimalField("blijft hoogstens over", max_digits=12, decimal_places=2)
    runs_out = models.CharField("op in kwartaal", max_length=7, blank=True)
    too_early = models.BooleanField("te vroeg om alles te zeggen")
    seconds = models.FloatField("duurde (seconden)")

    class Meta:
        verbose_name = "vooruitblik van het fonds"
        verbose_name_plural = "vooruitblik van het fonds"
        constraints = [models.CheckConstraint(name="one_fund_outlook", condition=models.Q(pk=1))]
