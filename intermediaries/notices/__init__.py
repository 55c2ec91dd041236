"""Mail to an intermediary about its orders and its stock."""
