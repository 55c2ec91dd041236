"""How large a list may be."""

LARGEST_FILE = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
FAR_TOO_WIDE = 1_000  # empty cells at the end of a row do no harm, but a million of them are no list
LONGEST_CELL = 2_000
LAST_ROW = 1_048_576  # of any workbook
