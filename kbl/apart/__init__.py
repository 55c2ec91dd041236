"""Reading a file that somebody sent in a process of its own, with a budget (docs/threats.md, 27).

    reading.read("spreadsheet", content)    what the reader gives back, or the refusal that it raises

What is small is read where it is asked: every reader counts what a file holds before it makes anything of it. What is
larger goes to a process of its own, which the system stops when it takes more than its budget; the one that answers
pages keeps its memory and its time. Nothing is written down: bytes go in, rows come out, and the process is gone.
"""
