"""An intermediary asks for vouchers; Cubiss sends them or says no; the intermediary says what came."""
