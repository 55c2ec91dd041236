"""The trace that looking at one voucher leaves."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly
from vouchers.numbers import show_serial

KEPT_DAYS = 365


class NumberView(models.Model):
    """Somebody of Cubiss looked at one voucher. Kept for a year; until then the database lets nobody take it away."""

    class Why(models.TextChoices):
        PAGE = "page", "bladzijde geopend"
        SEARCH = "search", "heel nummer gezocht"
        WRONG = "wrong", "heel nummer gezocht, de cijfers klopten niet"

    serial = models.PositiveIntegerField("volgnummer")
    why = models.CharField("waarom", max_length=6, choices=Why)
    viewed_at = models.DateTimeField("bekeken op", db_index=True)
    viewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="bekeken door"
    )

    GUARD = AppendOnly(deletable_after=("viewed_at", KEPT_DAYS))

    class Meta:
        verbose_name = "bekeken nummer"
        verbose_name_plural = "bekeken nummers"
        ordering = ["-pk"]
        indexes = [models.Index(name="views_by_account", fields=["viewed_by", "viewed_at"])]
        constraints = [
            models.CheckConstraint(name="view_has_a_reason", condition=models.Q(why__in=["page", "search", "wrong"]))
        ]

    def __str__(self) -> str:
        return f"{show_serial(self.serial)} {self.get_why_display()}"
