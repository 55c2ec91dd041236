"""A row of the bench, and the table that goes into the README."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measurement:
    """One path: what ours and the bare engine did (in `unit`), and the ratio that we hold ourselves to.

    `more_is_better`: a rate; otherwise a time. `bar` is a fraction of the bare engine: at least, or at most.
    """

    path: str
    ours: list[float]
    bare: list[float]
    unit: str
    bar: float
    more_is_better: bool
    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours over bare: the median of the rounds' own ratios, so that noise hits both alike."""
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))

    @property
    def holds(self) -> bool:
        return self.ratio >= self.bar if self.more_is_better else self.ratio <= self.bar


def show(rows: list[Measurement]) -> str:
    """The rows as a Markdown table."""
    lines = ["| path | ours | bare engine | ratio | bar | |", "|---|---|---|---|---|---|"]
    for row in rows:
        sign = "at least" if row.more_is_better else "at most"
        verdict = "holds" if row.holds else "**does not hold**"
        lines.append(
            f"| {row.path} | {median(row.ours):.3g} {row.unit} | {median(row.bare):.3g} {row.unit} | {row.ratio:.2f} |"
            f" {sign} {row.bar:g} | {verdict}{'; ' + row.note if row.note else ''} |"
        )
    return "\n".join(lines)
