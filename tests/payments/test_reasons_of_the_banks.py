"""What the banks' codes for money that came back say, and what to do: the table, written down twice."""

import pytest

from kbl.payments.bank import reasons

CODES = {
    "AC01": ("het rekeningnummer bestaat niet", reasons.ANOTHER_ACCOUNT),
    "AC03": ("het rekeningnummer klopt niet", reasons.ANOTHER_ACCOUNT),
    "AC04": ("de rekening is opgeheven", reasons.ANOTHER_ACCOUNT),
    "AC06": ("de rekening is geblokkeerd", reasons.ANOTHER_ACCOUNT),
    "AC13": ("dit soort rekening kan geen betaling ontvangen", reasons.ANOTHER_ACCOUNT),
    "AC14": ("dit soort rekening kan geen betaling ontvangen", reasons.ANOTHER_ACCOUNT),
    "AG01": ("op deze rekening mag niet worden overgemaakt", reasons.ANOTHER_ACCOUNT),
    "AG02": ("de bank kent dit soort opdracht niet", reasons.OWN_BANK),
    "AM04": ("er stond te weinig op de rekening van Cubiss", "Vul de rekening aan en betaal opnieuw."),
    "AM05": ("de bank zag deze betaling als dubbel", "Kijk of er al betaald is, en betaal anders opnieuw."),
    "AM09": ("het bedrag klopte niet", reasons.OWN_BANK),
    "BE01": ("naam en rekeningnummer horen niet bij elkaar", reasons.ANOTHER_ACCOUNT),
    "BE04": ("het adres van de ontvanger ontbreekt of klopt niet", "Vul het adres aan en betaal opnieuw."),
    "BE05": ("de bank kent de opdrachtgever niet", reasons.OWN_BANK),
    "CNOR": ("de bank van de ontvanger doet niet mee", reasons.OWN_BANK),
    "CUST": ("de opdrachtgever vroeg de betaling terug", reasons.AGAIN),
    "DNOR": ("de eigen bank doet niet mee", reasons.OWN_BANK),
    "DT01": ("de dag van uitvoeren klopte niet", reasons.AGAIN),
    "DUPL": ("de betaling was dubbel", "Kijk of er al betaald is, en betaal anders opnieuw."),
    "ED05": ("de banken konden de betaling niet verrekenen", reasons.AGAIN),
    "ERIN": ("de ontvanger kan deze betaling niet verwerken", reasons.ASK),
    "FF05": ("het soort betaling klopte niet", reasons.OWN_BANK),
    "FOCR": ("de betaling is op verzoek teruggegeven", reasons.AGAIN),
    "FR01": ("de bank vermoedt fraude", "Betaal niet opnieuw voordat u de organisatie hebt gesproken."),
    "FRAD": ("de bank vermoedt fraude", "Betaal niet opnieuw voordat u de organisatie hebt gesproken."),
    "MD07": ("de rekeninghouder is er niet meer", reasons.ANOTHER_ACCOUNT),
    "MS02": ("de ontvanger wilde de betaling niet", reasons.ASK),
    "MS03": ("de bank noemt geen reden", reasons.ASK),
    "RC01": ("de bank van de ontvanger is niet gevonden", reasons.ANOTHER_ACCOUNT),
    "RR01": ("het rekeningnummer van de opdrachtgever ontbrak", reasons.ANOTHER_ACCOUNT),
    "RR02": ("naam of adres van de opdrachtgever ontbrak", reasons.OWN_BANK),
    "RR03": ("naam of adres van de ontvanger ontbrak", "Vul de gegevens aan en betaal opnieuw."),
    "RR04": ("om redenen die de wet de bank oplegt", reasons.OWN_BANK),
    "TECH": ("er ging technisch iets mis bij de bank", reasons.AGAIN),
    "TM01": ("de opdracht kwam te laat bij de bank", reasons.AGAIN),
}


def test_these_codes_and_no_others():
    assert list(reasons.CODES) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_its_words_and_what_to_do(code):
    told = reasons.reason(code)
    assert (told.words, told.step) == CODES[code]
    assert told.account is (told.step == reasons.ANOTHER_ACCOUNT)


def test_what_there_is_to_do():
    assert reasons.ANOTHER_ACCOUNT.startswith("Vraag de organisatie om een ander rekeningnummer.")
    assert reasons.AGAIN == "Betaal de afrekening opnieuw met een volgende run."
    assert (reasons.ASK, reasons.OWN_BANK) == ("Vraag de organisatie wat er aan de hand is.", "Bel de eigen bank.")
