"""How long an intermediary's vouchers last, and from when on that is low."""
