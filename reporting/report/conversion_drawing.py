"""The drawing of the conversion over time: of the vouchers handed out, the part that became a membership. Pure."""

from collections.abc import Sequence

from reporting.report.chart_drawing import IN_PDF, INK, PETROL, PETROL_SOFT, Size, draw, quarters_axis, years_under

OUT, REDEEMED = "Uitgereikt", "Ingewisseld"


def conversion(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """A wide light bar per quarter for what was handed out since the start, in it a narrow dark one for what was
    redeemed, and the part above them. Width and lightness both tell them apart.

    `rows`: quarter (`4e 2026`), out, redeemed, part (`78 %`).
    """
    x = quarters_axis(rows, size)
    colour = {"type": "nominal", "scale": {"domain": [OUT, REDEEMED], "range": [PETROL_SOFT, PETROL]}}
    number = {"type": "quantitative", "title": None, "axis": {"format": ",d"}}
    told = rows[-1:] if size.is_narrow else rows
    return draw(
        [
            {
                "mark": {"type": "bar", "stroke": PETROL, "strokeWidth": 1},
                "encoding": {"x": x, "y": {"field": "out", **number}, "color": {"datum": OUT, **colour}},
            },
            {
                "mark": {"type": "bar", "width": {"band": 0.5}},
                "encoding": {"x": x, "y": {"field": "redeemed", **number}, "color": {"datum": REDEEMED, **colour}},
            },
            {
                "mark": {"type": "text", "dy": -9, "fontWeight": 600, "color": INK},
                "transform": [{"filter": {"field": "quarter", "oneOf": [row["quarter"] for row in told]}}],
                "encoding": {"x": x, "y": {"field": "out", **number}, "text": {"field": "part"}},
            },
            years_under(rows, x, size),
        ],
        rows,
        size,
    )
