"""What the voucher's public page says, per language: plain texts, so that a translator needs nothing else."""

TEXTS: dict[str, dict] = {
    "nl": {
        "lang": "nl",
        "dir": "ltr",
        "page_title": "Uw waardebon voor de bibliotheek",
        "to_content": "Naar de inhoud",
        # The voucher itself, as on paper
        "kind": "Waardebon",
        "welcome": "Welkom in de bibliotheek",
        "lead": "Een jaar lang lid. U betaalt niets.",
        "number": "Nummer",
        "valid_until": "Geldig tot en met",
        "qr": "QR-code van uw waardebon",
        "bars": "Streepjescode van uw waardebon",
        "show": "Laat dit zien in de bibliotheek.",
        "print": "Afdrukken",
        "another": "Een andere bon bekijken",
        # How it works
        "how": "Zo werkt het",
        "steps": [
            ("Ga naar een bibliotheek die meedoet.", "U kiest zelf welke."),
            ("Neem mee:", "uw waardebon en een legitimatiebewijs. De bon mag op papier of op uw telefoon."),
            ("U krijgt uw bibliotheekpas.", "Veel\u00a0plezier!"),
        ],
        "warm": "Wij weten niet wie u bent. Dat hoeft ook niet.",
        "keep": "De bon is van wie hem heeft: bewaar hem goed. Hij werkt één keer.",
        # The form
        "ask": "Bekijk uw waardebon",
        "field": "Nummer van uw waardebon",
        "help": "De 14 cijfers die op de bon staan.",
        "button": "Bekijk mijn bon",
        "busy": "Even kijken…",
        "no_script": "Hebt u de code gescand? Typ hier dan ook het nummer van uw bon. Vanzelf gaat dat nu niet.",
        # When it does not work
        "refused": "Deze bon kunnen wij hier niet laten zien",
        "refused_next": "Kijk of het nummer klopt. Klopt het? Vraag het dan in de bibliotheek, of bij wie u de bon "
        "gaf. Zij helpen u graag.",
        "wrong": "Dit nummer klopt nog niet",
        "empty": "Vul het nummer van uw waardebon in.",
        "letters": "Het nummer heeft alleen cijfers. Kijk nog eens op uw bon.",
        "short": "Het nummer heeft 14 cijfers. Wij tellen er {digits}. Kijk of er een cijfer mist.",
        "long": "Het nummer heeft 14 cijfers. Wij tellen er {digits}. Haal weg wat er te veel staat.",
        "typo": "Er is een cijfer verkeerd, of er staan er twee omgewisseld. Kijk nog eens op uw bon.",
        "wait": "Even wachten",
        "wait_next": "Er zijn net veel nummers bekeken die niet kloppen. Probeer het over tien minuten nog eens. Of ga "
        "met uw bon naar de bibliotheek: daar werkt hij gewoon.",
        "offline": "Er is geen verbinding",
        "offline_next": "Probeer het zo nog eens. In de bibliotheek werkt uw bon ook zonder deze pagina.",
        "again": "Probeer opnieuw",
    }
}
