"""The voucher as something in your hand: sheets to cut, a single digital one, and the list for a printing house."""
