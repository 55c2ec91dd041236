"""The mail that an intermediary gets about its stock."""

from django.db import models
from django.db.models import Q

from intermediaries.orders.models import OrderStep
from intermediaries.stock_levels.models import Dip
from kbl.mail import Mail
from kbl.organisations.models import Organisation


class StockMail(Mail):
    """The mail about an order's answer, or about a dip, once."""

    step = models.OneToOneField(OrderStep, models.PROTECT, null=True, blank=True, related_name="mail")
    dip = models.OneToOneField(Dip, models.PROTECT, null=True, blank=True, related_name="mail")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(name="stock_mail_unsent", fields=["id"], condition=~Q(state="sent"))]
        constraints = [
            models.CheckConstraint(
                name="stock_mail_is_about_one_thing",
                condition=Q(step__isnull=False, dip__isnull=True) | Q(step__isnull=True, dip__isnull=False),
            )
        ]

    @property
    def organisation(self) -> Organisation:
        """Whose mail it is."""
        return self.dip.organisation if self.dip else self.step.order.organisation  # type: ignore[union-attr]
