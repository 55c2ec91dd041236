"""A demonstration: the programme as it could have gone, made through the domain functions; everybody is invented."""
