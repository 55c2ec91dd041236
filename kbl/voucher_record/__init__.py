"""What Cubiss sees of vouchers: the story of one, a range of them, and where the whole stock stands."""
