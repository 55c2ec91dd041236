"""Where the programme is heading: memberships and the fund until its last day. Nothing here changes anything."""
