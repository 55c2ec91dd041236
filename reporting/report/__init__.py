"""The progress report of a closed quarter: its figures, tables and charts, and the document that was issued."""
