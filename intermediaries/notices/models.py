"""The mail that an intermediary gets about its stock."""

from django.db import models
from django.db.models import Q

from intermediaries.orders.models import OrderStep
from intermediaries.stock_levels.models import LowStockPeriod
from kbl.mail.models import Mail
from kbl.organisations.models import Organisation


class StockMail(Mail):
    """The mail about an order's answer, or about stock that ran low, once."""

    step = models.OneToOneField(OrderStep, models.PROTECT, null=True, blank=True, related_name="mail")
    low_stock = models.OneToOneField(LowStockPeriod, models.PROTECT, null=True, blank=True, related_name="mail")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(name="stock_mail_unsent", fields=["id"], condition=~Q(state="sent"))]
        constraints = [
            models.CheckConstraint(
                name="stock_mail_is_about_one_thing",
                condition=Q(step__isnull=False, low_stock__isnull=True) | Q(step__isnull=True, low_stock__isnull=False),
            )
        ]

    @property
    def organisation(self) -> Organisation:
        """Whose mail it is."""
        return self.low_stock.organisation if self.low_stock else self.step.order.organisation  # type: ignore[union-attr]
