"""What residents see, without logging in."""
