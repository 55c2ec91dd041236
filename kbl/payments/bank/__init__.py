"""What the bank says happened (camt.053): read without trust, matched to our payments, shown with a next step."""
