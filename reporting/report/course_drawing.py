"""The drawing of a forecast: what there was, what is expected with its band, and what was aimed at. Pure."""

from collections.abc import Sequence

from reporting.report.chart_drawing import IN_PDF, PETROL, PETROL_SOFT, Size, draw

SO_FAR, EXPECTED, AIM = "Tot nu toe", "Verwacht", "Doel"
AIM_TONE = "#8a5a00"  # the marigold of the house, dark enough to be read as letters


def course(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """A line through the quarters' ends, with the band around what is expected, beside the aim.

    `rows`: quarter (`4e 2026`), aim, so_far (None for what is to come), expected, low, high (None for what was).
    """
    year = "split(datum.label, ' ')[0] === '1e' ? split(datum.label, ' ')[1] : ''"
    x = {
        "field": "quarter",
        "type": "ordinal",
        "sort": [row["quarter"] for row in rows],
        "axis": {"title": None, "labelExpr": year, "labelAlign": "left"},
    }

    def y(name: str) -> dict:
        return {"field": name, "type": "quantitative", "title": None, "axis": {"format": ",d"}}

    def line(name: str, words: str, dy: int = -12, **mark) -> list[dict]:
        known = {"filter": f"isValid(datum.{name})"}
        last = {"window": [{"op": "row_number", "as": "place"}], "sort": [{"field": "place"}]}
        ends = [known, last, {"joinaggregate": [{"op": "max", "field": "place", "as": "last"}]}]
        here = {"filter": "datum.place === datum.last"}
        text = {"type": "text", "align": "right", "dx": 4, "fontWeight": 600, "color": mark["color"]}
        return [
            {
                "mark": {"type": "line", "strokeWidth": 2.5, "clip": False, **mark},
                "transform": [known],
                "encoding": {"x": x, "y": y(name)},
            },
            {
                "mark": {**text, "dy": dy},
                "transform": [*ends, here, {"calculate": f"'{words} ' + format(datum.{name}, ',d')", "as": "words"}],
                "encoding": {"x": x, "y": y(name), "text": {"field": "words"}},
            },
        ]

    band = {
        "mark": {"type": "area", "color": PETROL_SOFT, "opacity": 0.75},
        "transform": [{"filter": "isValid(datum.low)"}],
        "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}},
    }
    return draw(
        [
            band,
            *line("aim", AIM, color=AIM_TONE, strokeDash=[2, 3]),
            *line("expected", EXPECTED, color=PETROL, strokeDash=[7, 4]),
            *line("so_far", SO_FAR, color=PETROL, dy=-16),
        ],
        rows,
        size,
    )
