"""What kind of organisation an intermediary is: said by Cubiss, or else told by its track where that tells it."""
