"""Reading in what was kept in Excel until now: organisations, branches, users, opening stock, and the first facts.

A file is looked at first (what would each row do?) and then saved, both through the same judgement: resource.py says
what a kind of list is, examining.py reads one, saving.py saves the rows that can be. Twice is once. No file is kept.
"""
