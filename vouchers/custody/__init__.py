"""Who has which vouchers: ranges that change hands, come back, become void, valid again, or last longer."""
