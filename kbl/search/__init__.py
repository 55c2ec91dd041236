"""One box for Cubiss: a number, a serial, a range, a batch, an organisation, and then the page that fits."""
