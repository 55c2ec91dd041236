"""Which fonts a paper needs beside those of the sheet (static/documents/base.css): by the letters that are in it.

A font costs a paper time, whether it is used or not; so Greek comes along with a Greek name and with nothing else.
These are variable fonts, of which each weight is cut out anew: the few papers that need one take twice as long.
"""

import re

INTER, NOTO = "vendor/inter/inter-{}-wght-normal.woff2", "vendor/noto/noto-sans-{0}-{0}-wght-normal.woff2"
# The family in the sheet, its file, and what it is for.
FACES = (
    (
        "KBL Paper Ext",
        INTER.format("latin-ext"),
        "[\u0100-\u0130\u0132-\u0151\u0154-\u02ba\u02bd-\u02c5\u02c7-\u02cc\u02ce-\u02d7\u02dd-\u02ff\u1d00-\u1dbf"
        "\u1e00-\u1e9f\u1ef2-\u1eff\u2020\u20a0-\u20ab\u20ad-\u20c0\u2113\u2c60-\u2c7f\ua720-\ua7ff]",
    ),
    (
        "KBL Paper Vietnamese",
        INTER.format("vietnamese"),
        "[\u0102\u0103\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]",
    ),
    ("KBL Paper Greek", INTER.format("greek"), "[\u0370-\u03ff]"),
    ("KBL Paper Greek Ext", INTER.format("greek-ext"), "[\u1f00-\u1fff]"),
    ("KBL Paper Cyrillic", INTER.format("cyrillic"), "[\u0400-\u045f\u0490\u0491\u04b0\u04b1\u2116]"),
    ("KBL Paper Cyrillic Ext", INTER.format("cyrillic-ext"), "[\u0460-\u052f\u20b4]"),
    ("KBL Paper Arabic", NOTO.format("arabic"), "[\u0600-\u06ff\u0750-\u077f]"),
    ("KBL Paper Hebrew", NOTO.format("hebrew"), "[\u0591-\u05f4]"),
)


def faces_for(html: str) -> str:
    """The style sheet with the fonts for these letters; empty for nearly every paper."""
    if html.isascii():
        return ""
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{file}") format("woff2"); }}'
        for family, file, letters in FACES
        if re.search(letters, html)
    )
