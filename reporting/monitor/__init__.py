"""What the programme keeps an eye on: the fund, and who is warned."""
