"""When two accounts look like one person: names and addresses that the eye takes for each other.

Where two people matter they are told apart by name and mail address, so neither may be almost that of a colleague.
"""

import unicodedata

# Letters of other alphabets, and digits, by the letter of ours that they look like.
LOOKS_LIKE = str.maketrans(
    {
        sign: letter
        for letter, signs in {
            "a": "аαɑ4",
            "b": "вβь",
            "c": "сϲ",
            "d": "ԁđ",
            "e": "еε3",
            "h": "нһ",
            "i": "іιı1l|",
            "j": "ј",
            "k": "кκ",
            "m": "м",
            "n": "п",
            "o": "оο0øσ",
            "p": "рρ",
            "q": "ԛ",
            "s": "ѕ5",
            "t": "тτ",
            "u": "υμ",
            "v": "ν",
            "w": "ԝω",
            "x": "хχ",
            "y": "уγ",
        }.items()
        for sign in signs
    }
    | {"ł": "i"}
)


# Capitals that look like another letter than their own small one does, and a sign that would lose its look on the way.
CAPITALS = str.maketrans("ΗΝΜΥΖϹϲ", "HNMYZCc")


def skeleton(name: str) -> str:
    """A name as the eye reads it: without capitals, accents, spaces, dots and other alphabets."""
    plain = unicodedata.normalize("NFKD", name.translate(CAPITALS)).casefold().translate(LOOKS_LIKE)
    letters = "".join(each for each in plain if each.isalnum())
    return letters.replace("rn", "m").replace("vv", "w")


def same_box(email: str) -> str:
    """A mail address without what does not make it another box: capitals, and what stands behind a plus."""
    local, _, domain = email.strip().casefold().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"
