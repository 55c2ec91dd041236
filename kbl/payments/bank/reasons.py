"""Why a payment came back: the codes of the banks (EPC121-16, the reasons for a return), in Dutch, with what to do."""

from dataclasses import dataclass

ANOTHER_ACCOUNT = "Vraag de organisatie om een ander rekeningnummer. Een collega kijkt daarna mee."
ASK = "Vraag de organisatie wat er aan de hand is."
AGAIN = "Betaal de afrekening opnieuw met een volgende run."
OWN_BANK = "Bel de eigen bank."


@dataclass(frozen=True)
class ReturnReason:
    """What a code means and what to do; `account` when the account itself is the matter."""

    code: str
    words: str
    step: str
    account: bool = False


def _about_account(words: str) -> tuple[str, str, bool]:
    return words, ANOTHER_ACCOUNT, True


CODES: dict[str, tuple[str, str, bool]] = {
    "AC01": _about_account("het rekeningnummer bestaat niet"),
    "AC03": _about_account("het rekeningnummer klopt niet"),
    "AC04": _about_account("de rekening is opgeheven"),
    "AC06": _about_account("de rekening is geblokkeerd"),
    "AC13": _about_account("dit soort rekening kan geen betaling ontvangen"),
    "AC14": _about_account("dit soort rekening kan geen betaling ontvangen"),
    "AG01": _about_account("op deze rekening mag niet worden overgemaakt"),
    "AG02": ("de bank kent dit soort opdracht niet", OWN_BANK, False),
    "AM04": ("er stond te weinig op de rekening van Cubiss", "Vul de rekening aan en betaal opnieuw.", False),
    "AM05": ("de bank zag deze betaling als dubbel", "Kijk of er al betaald is, en betaal anders opnieuw.", False),
    "AM09": ("het bedrag klopte niet", OWN_BANK, False),
    "BE01": _about_account("naam en rekeningnummer horen niet bij elkaar"),
    "BE04": ("het adres van de ontvanger ontbreekt of klopt niet", "Vul het adres aan en betaal opnieuw.", False),
    "BE05": ("de bank kent de opdrachtgever niet", OWN_BANK, False),
    "CNOR": ("de bank van de ontvanger doet niet mee", OWN_BANK, False),
    "CUST": ("de opdrachtgever vroeg de betaling terug", AGAIN, False),
    "DNOR": ("de eigen bank doet niet mee", OWN_BANK, False),
    "DT01": ("de dag van uitvoeren klopte niet", AGAIN, False),
    "DUPL": ("de betaling was dubbel", "Kijk of er al betaald is, en betaal anders opnieuw.", False),
    "ED05": ("de banken konden de betaling niet verrekenen", AGAIN, False),
    "ERIN": ("de ontvanger kan deze betaling niet verwerken", ASK, False),
    "FF05": ("het soort betaling klopte niet", OWN_BANK, False),
    "FOCR": ("de betaling is op verzoek teruggegeven", AGAIN, False),
    "FR01": ("de bank vermoedt fraude", "Betaal niet opnieuw voordat u de organisatie hebt gesproken.", False),
    "FRAD": ("de bank vermoedt fraude", "Betaal niet opnieuw voordat u de organisatie hebt gesproken.", False),
    "MD07": ("de rekeninghouder is er niet meer", ANOTHER_ACCOUNT, True),
    "MS02": ("de ontvanger wilde de betaling niet", ASK, False),
    "MS03": ("de bank noemt geen reden", ASK, False),
    "RC01": _about_account("de bank van de ontvanger is niet gevonden"),
    "RR01": _about_account("het rekeningnummer van de opdrachtgever ontbrak"),
    "RR02": ("naam of adres van de opdrachtgever ontbrak", OWN_BANK, False),
    "RR03": ("naam of adres van de ontvanger ontbrak", "Vul de gegevens aan en betaal opnieuw.", False),
    "RR04": ("om redenen die de wet de bank oplegt", OWN_BANK, False),
    "TECH": ("er ging technisch iets mis bij de bank", AGAIN, False),
    "TM01": ("de opdracht kwam te laat bij de bank", AGAIN, False),
}


def reason(code: str) -> ReturnReason:
    """The reason with this code; one that is not in the list is shown as it is."""
    if not code:
        return ReturnReason("", "de bank noemt geen reden", ASK)
    words, step, account = CODES.get(code, (f"om reden {code} van de bank", f"{OWN_BANK} Noem code {code}.", False))
    return ReturnReason(code, words, step, account)
