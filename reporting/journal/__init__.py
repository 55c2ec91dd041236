"""What happened to the money, for Cubiss' own bookkeeping."""
