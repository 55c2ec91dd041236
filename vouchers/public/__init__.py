"""The page behind the QR code, `/v/`: a resident's own voucher on a phone. No login, no cookie, nothing kept."""
