"""What changes a figure that a report told already: a list that turns up after its quarter, and a group that falls out.

The reports after it say both numbers: as told then, and as known now.
"""

from datetime import date, datetime, timedelta

from kbl.programme.agenda import moment
from kbl.programme.demo.story import DemoStory
from kbl.settlements.models import Correction, Line
from kbl.settlements.statements import corrections
from libraries import past_enrolments
from libraries.models import Enrolment
from libraries.past_enrolments import PastEnrolment
from vouchers.models import Voucher

LIST_FOUND, ON_THE_LIST = date(2026, 2, 10), date(2025, 12, 16)
FALLS_OUT, GROUP = date(2026, 5, 20), 7


class ToldLate:
    """Both go through the rules: the library records its list afterwards, and two people take the lines back."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast

    def plan(self) -> None:
        """Each on its own day."""
        self.story.agenda.put(moment(LIST_FOUND, 14, 40), self._record)
        self.story.agenda.put(moment(FALLS_OUT, 14, 20), self._take_back)

    def _record(self, at: datetime) -> None:
        """Venlo finds December's list of a group of the Maasoever: nine became members then and stand nowhere."""
        given = Voucher.objects.filter(status=Voucher.Status.HANDED_OUT, handouts__revoked_at__isnull=True)
        long_ago = given.filter(handouts__on__lte=ON_THE_LIST - timedelta(days=7)).order_by("-handouts__on", "pk")
        branch = self.cast.branches["venlo"][0]
        rows = [
            PastEnrolment(serial, branch.pk, Enrolment.Kind.NEW, ON_THE_LIST)
            for serial in long_ago.values_list("pk", flat=True)[: GROUP + 2]
        ]
        judged = past_enrolments.judge(rows, at=at, lock=True)
        told = list(zip(rows, judged, strict=True))
        past_enrolments.record(told, paid_before=False, by=self.cast.clerks["venlo"], at=at)

    def _take_back(self, at: datetime) -> None:
        """Landgraaf enrolled a group twice; those books are closed, so the next closing takes it back."""
        lines = Line.objects.filter(
            statement__organisation=self.cast.libraries["landgraaf"], membership_year__isnull=False
        ).order_by("pk")
        for line in lines[:GROUP]:
            asked = corrections.ask_correction(line, reason=Correction.Reason.TWICE, by=self.cast.finance, at=at)
            self.cast.agree(asked, at=at)
