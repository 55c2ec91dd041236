"""Draws docs/journey.svg, the one picture of a voucher's journey: `python docs/journey_svg.py`."""

from html import escape
from pathlib import Path

STEPS = [
    ("Cubiss", "Serie", "genummerde bonnen", "vouchers/batches.py"),
    ("Cubiss", "Toewijzen", "naar de intermediair", "vouchers/custody/stock.py"),
    ("Intermediair", "Uitreiken", "alleen het nummer", "intermediaries/handouts/"),
    ("Bibliotheek", "Inwisselen", "nummer wordt lid", "libraries/enrolment.py"),
    ("Cubiss", "Kwartaal sluiten", "alles één keer", "kbl/settlements/closing/"),
    ("Partijen", "Akkoord", "declaratie of factuur", "kbl/settlements/statements/"),
    ("Cubiss", "Goedkeuren", "het fonds betaalt", "kbl/fund/ledger.py"),
    ("Provincie", "Voortgang", "fonds en lidmaatschappen", "reporting/report/pdf.py"),
]
COLOURS = {
    "Cubiss": "#0f4c4a",
    "Intermediair": "#8a4b12",
    "Bibliotheek": "#2f5d9b",
    "Partijen": "#5b4b8a",
    "Provincie": "#6b3a4a",
}
WIDTH, HEIGHT, GAP = 232, 118, 34


def draw() -> str:
    """The picture as SVG: two rows, arrows between the steps, the file under each."""
    parts = []
    for place, (who, what, how, file) in enumerate(STEPS):
        row, column = divmod(place, 4)
        x, y = 24 + column * (WIDTH + GAP), 24 + row * (HEIGHT + 56)
        colour = COLOURS[who]
        parts.append(
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="14" fill="#fffdf8" stroke="{colour}"'
            f' stroke-width="2"/><text x="{x + 16}" y="{y + 28}" fill="{colour}" font-size="12" font-weight="600"'
            f' letter-spacing="1">{escape(who.upper())}</text>'
            f'<text x="{x + 16}" y="{y + 56}" fill="#1d2b2a" font-size="20" font-weight="700">{escape(what)}</text>'
            f'<text x="{x + 16}" y="{y + 79}" fill="#43524f" font-size="14">{escape(how)}</text>'
            f'<text x="{x + 16}" y="{y + 102}" fill="#5b6866" font-size="11.5"'
            f' font-family="monospace">{escape(file)}</text>'
        )
        if place + 1 < len(STEPS):
            if column < 3:
                ax, ay = x + WIDTH + 5, y + HEIGHT // 2
                parts.append(f'<path d="M{ax} {ay}h{GAP - 14}m-7 -6l7 6l-7 6" {ARROW}/>')
            else:
                ax, ay = x + WIDTH // 2, y + HEIGHT + 5
                left = 24 + WIDTH // 2
                parts.append(f'<path d="M{ax} {ay}v23H{left}v18m-6 -7l6 7l6 -7" {ARROW}/>')
    width, height = 48 + 4 * WIDTH + 3 * GAP, 48 + 2 * HEIGHT + 56
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' font-family="Inter, Helvetica, Arial, sans-serif"><title>De reis van een waardebon</title>'
        f'<rect width="{width}" height="{height}" rx="20" fill="#f6f1e7"/>{"".join(parts)}</svg>\n'
    )


ARROW = 'fill="none" stroke="#43524f" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

if __name__ == "__main__":
    Path(__file__).with_name("journey.svg").write_text(draw(), encoding="utf-8")
