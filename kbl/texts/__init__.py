"""Text that people type: what it may hold, and the one way in which it is written. Knows no table of ours."""
