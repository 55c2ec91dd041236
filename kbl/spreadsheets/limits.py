"""How large a list may be."""

LARGEST_FILE = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
FAR_TOO_WIDE = 1_000  # empty cells at the end of a row do no harm, but a million of them are no list
LONGEST_CELL = 2_000
LAST_ROW = 1_048_576  # of any workbook

# How many rows a download sends while somebody waits. A web worker that is busy with one answer for a minute is ended,
# and what it had sent so far looks like a file: what is longer is made as work (docs/performance.md).
MOST_AT_ONCE = 50_000
