"""Signs of life of what runs beside the web pages."""

from django.db import models


class Heartbeat(models.Model):
    """When the worker or the timetable last said that it lives: one row each, written over.

    The rows are made with the table, so that one that never started is missed too.
    """

    class Name(models.TextChoices):
        WORKER = "worker", "de werker"
        BEAT = "beat", "de klok van het rooster"

    name = models.CharField("wie", max_length=6, choices=Name, unique=True)
    at = models.DateTimeField("laatst gezien op")

    class Meta:
        verbose_name = "teken van leven"
        verbose_name_plural = "tekenen van leven"

    def __str__(self) -> str:
        return self.get_name_display()
