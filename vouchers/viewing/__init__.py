"""Who looked at one voucher, and why."""
