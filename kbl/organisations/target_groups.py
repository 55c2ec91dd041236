"""How many people of a municipality the programme is meant for: an estimate, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction

from kbl.guards import AppendOnly
from kbl.texts.lines import LineField, all_visible


class TargetGroup(models.Model):
    """An estimate of a municipality's target group with its source; the latest row holds. Without `by` it came from the
    programme file."""

    municipality = models.ForeignKey(
        "organisations.Municipality", models.PROTECT, related_name="target_groups", verbose_name="gemeente"
    )
    people = models.PositiveIntegerField("doelgroep (personen)", validators=[MinValueValidator(1)])
    source = LineField("bron", max_length=160)
    at = models.DateTimeField("op")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="door"
    )

    GUARD = AppendOnly()

    class Meta:
        app_label = "organisations"
        verbose_name = "doelgroep van een gemeente"
        verbose_name_plural = "doelgroepen van gemeenten"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="target_group_is_somebody", condition=models.Q(people__gte=1)),
            models.CheckConstraint(
                name="target_group_names_its_source", condition=all_visible("source") & ~models.Q(source="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.people}"


@dataclass(frozen=True)
class Estimate:
    """What holds of one municipality now."""

    people: int
    source: str
    is_from_file: bool


def estimates() -> Mapping[int, Estimate]:
    """The estimate of every municipality that has one."""
    return {
        each.municipality_id: Estimate(each.people, each.source, each.by_id is None)
        for each in TargetGroup.objects.order_by("pk")
    }


@transaction.atomic
def estimate(municipality: models.Model, *, people: int, source: str, by, at: datetime) -> bool:
    """Set the estimate of a municipality; False when it was this already. `by` is None for the programme file."""
    there = estimates().get(municipality.pk)
    if there and (there.people, there.source) == (people, source):
        return False
    TargetGroup.objects.create(municipality_id=municipality.pk, people=people, source=source, by=by, at=at)
    return True
