"""Why a library cannot do something, one row per reason: redeeming, renewing, and taking either back.

Every entrance (desk, pasted list, file from Excel, walk-in, discrepancies) asks these rows; none has a rule of its own.
"""
