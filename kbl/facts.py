"""What every fact has: the day it happened, the moment we heard, who told us, and whether it still stands."""

from datetime import date, datetime

from django.conf import settings
from django.db import models

from kbl.clock import local_day


class RevokeReason(models.TextChoices):
    """Why a fact no longer stands: a fixed list, because free text attracts names."""

    TYPING_ERROR = "typing_error", "vergist in het nummer"
    TWICE = "twice", "dubbel ingevoerd"
    DID_NOT_HAPPEN = "did_not_happen", "is niet doorgegaan"
    WRONG_DATE = "wrong_date", "verkeerde datum"
    CORRECTION = "correction", "correctie door Cubiss"


class LateReason(models.TextChoices):
    """Why Cubiss records a day that lies further back than anybody else may go: a fixed list, seen as a signal."""

    OLD_BOOKS = "old_books", "uit de administratie van voor KBL"
    OUTAGE = "outage", "KBL was niet bereikbaar"
    TOLD_LATE = "told_late", "te laat gemeld door de partij"


def late_reason_field() -> "models.CharField[str, str]":
    """The column of a fact whose day somebody types; empty for all that were told in time."""
    return models.CharField("waarom zo laat", max_length=9, choices=LateReason, blank=True, default="", db_default="")


class FactQuerySet(models.QuerySet):
    """Questions that every kind of fact answers."""

    def standing(self):
        """Facts that were not revoked."""
        return self.filter(revoked_at__isnull=True)


class Fact(models.Model):
    """A row that is added, never edited or deleted; it can be revoked once (docs/domain.md, "Facts first").

    `on` is a date in Europe/Amsterdam; `recorded_at` is the moment we heard.
    """

    on = models.DateField("dag")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="vastgelegd door"
    )
    revoked_at = models.DateTimeField("ingetrokken op", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="ingetrokken door",
    )
    revoke_reason = models.CharField("reden", max_length=20, choices=RevokeReason, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_revoked_wholly_or_not",
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True, revoke_reason="")
                | (models.Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~models.Q(revoke_reason="")),
            )
        ]

    @property
    def stands(self) -> bool:
        return self.revoked_at is None

    def revoke(self, reason: str, *, by, at: datetime) -> bool:
        """Revoke this fact if it still stands; False when somebody else was first."""
        revoked = (
            type(self)
            ._default_manager.filter(pk=self.pk, revoked_at__isnull=True)
            .update(revoked_at=at, revoked_by=by, revoke_reason=reason)
        )
        if revoked:
            self.revoked_at, self.revoked_by, self.revoke_reason = at, by, reason
        return bool(revoked)


class FutureDate(ValueError):
    """Something cannot have happened on a day that is still to come."""

    def __init__(self, on: date) -> None:
        super().__init__(f"{on}")
        self.on = on


def refuse_future(on: date, at: datetime) -> None:
    """A fact's day is not after the day on which it is recorded. Raises FutureDate."""
    if on > local_day(at):
        raise FutureDate(on)
