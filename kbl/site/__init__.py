"""What surrounds every page: menu, help and hints, errors, what holds for everybody who is logged in, and offline."""
