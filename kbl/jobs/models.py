"""Work that takes longer than a page may: who asked for it, how far it is, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

TRIES = 3


class Job(models.Model):
    """Something that somebody of Cubiss asked for, and that a worker does, all of it or nothing.

    `key` comes with the form: pressing twice is asking once. `arguments` are ids, counts and days, never a voucher's
    number. Every run gets the next `attempt`, and only the run that still has it may finish the job; `seen_at` is the
    running worker's last sign of life. Who points at a job lets go of it (SET_NULL): a job is thrown away after a year.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "wacht"
        RUNNING = "running", "bezig"
        DONE = "done", "klaar"
        REFUSED = "refused", "kan niet"
        FAILED = "failed", "niet gelukt"

    key = models.UUIDField("sleutel van het formulier", unique=True)
    kind = models.CharField("soort werk", max_length=40)
    arguments = models.JSONField("gegevens")
    state = models.CharField("stand", max_length=7, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("gedaan", default=0)
    total = models.PositiveIntegerField("in totaal", default=0)
    asked_at = models.DateTimeField("gevraagd op")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField("poging", default=0)
    tries_left = models.PositiveSmallIntegerField("pogingen over", default=TRIES)
    seen_at = models.DateTimeField("laatst gezien op", null=True)
    finished_at = models.DateTimeField("klaar op", null=True)
    refusal = models.CharField("geweigerd om", max_length=40, blank=True)
    result = models.BigIntegerField("uitkomst", null=True)

    class Meta:
        verbose_name = "werk"
        verbose_name_plural = "werk"
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(name="job_under_way", fields=["asked_at"], condition=Q(state__in=["waiting", "running"]))
        ]
        constraints = [
            models.CheckConstraint(
                name="job_is_over_at_a_moment",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "refused", "failed"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_refused_for_a_reason",
                condition=(Q(state="refused") & ~Q(refusal="")) | (~Q(state="refused") & Q(refusal="")),
            ),
            models.CheckConstraint(
                name="job_at_work_was_seen",
                condition=~Q(state__in=["running", "done"]) | Q(seen_at__isnull=False, attempt__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        """Nothing happens any more by itself: done, refused, or failed too often."""
        return self.state in (self.State.DONE, self.State.REFUSED, self.State.FAILED)


class JobFile(models.Model):
    """What a job made, for downloading during a week; then it is thrown away and can be made again."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="file")
    filename = models.CharField("bestandsnaam", max_length=120)
    content_type = models.CharField("soort bestand", max_length=100)
    content = models.BinaryField("inhoud")

    class Meta:
        verbose_name = "bestand"
        verbose_name_plural = "bestanden"

    def __str__(self) -> str:
        return self.filename


class KeptCount(models.Model):
    """What reads all facts, as it was counted at a moment; only where there are very many vouchers (kept.py).

    `name` says which count, `content` is what its page shows of it. `seconds`: how long it took, so that it is not
    done too often.
    """

    name = models.CharField("wat", max_length=30, primary_key=True)
    at = models.DateTimeField("stand van")
    content = models.JSONField("inhoud")
    seconds = models.FloatField("duurde (seconden)")

    class Meta:
        verbose_name = "bewaarde telling"
        verbose_name_plural = "bewaarde tellingen"

    def __str__(self) -> str:
        return self.name
