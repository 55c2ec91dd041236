"""Prints how good the forecast would have been at each closed quarter."""

from django.core.management.base import BaseCommand

from kbl import clock
from kbl.formats import number, percent
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.forecast.back_test import back_test

WORDS = {Measure.PLUS: "nieuwe leden", Measure.RENEWED: "verlengd"}


class Command(BaseCommand):
    help = "Laat per gesloten kwartaal zien wat de vooruitblik van toen verwachtte, en wat er kwam."

    def handle(self, **options) -> None:
        """A line per quarter that was expected and is over, and how often the band held."""
        tried = list(back_test(AsOf(clock.today(), clock.now())))
        if not tried:
            self.stdout.write("Er is nog geen kwartaal voorbij waarvan een eerdere afsluiting iets verwachtte.")
            return
        heads = ("verteld na", "kwartaal", "wat", "verwacht", "laag", "hoog", "kwam", "ernaast", "")
        form = "{:<11} {:<9} {:<13} {:>9} {:>7} {:>7} {:>7} {:>8}  {}"
        self.stdout.write(form.format(*heads))
        for each in tried:
            self.stdout.write(
                form.format(
                    str(each.told_at),
                    str(each.quarter),
                    WORDS[each.what],
                    *(number(value) for value in (each.expected, each.low, each.high, each.came)),
                    percent(each.error),
                    "te vroeg: met het plan gerekend" if each.too_early else "",
                ).rstrip()
            )
        within = sum(each.within for each in tried)
        self.stdout.write(f"Binnen de bandbreedte: {within} van {len(tried)}.")
