"""How often something came from one network within some minutes; where it came from is not kept.

Counted in the database's cache, under a name from which the address cannot be found again: it survives a lost Redis,
and all workers share it.
"""

from datetime import datetime
from ipaddress import IPv6Address, ip_address

from django.core.cache import cache
from django.utils.crypto import salted_hmac


class Tries:
    """The tries of one address, of one kind, in these minutes: `most` places, each taken once.

    Who has one IPv6 address has all of its network: that counts as one.
    """

    def __init__(self, kind: str, address: str, at: datetime, *, most: int, minutes: int) -> None:
        try:
            known = ip_address(address)
        except ValueError:
            known = None
        network = str(int(known) >> 64) if isinstance(known, IPv6Address) else address
        window = int(at.timestamp()) // (minutes * 60)
        name = salted_hmac(kind, f"{network} {window}", algorithm="sha256").hexdigest()[:40]
        self.places = [f"bon-{name}-{place}" for place in range(most)]
        self.seconds = minutes * 60

    @property
    def are_over(self) -> bool:
        """Every place is taken."""
        return len(cache.get_many(self.places)) >= len(self.places)

    def count(self) -> None:
        """Take the first free place. `add` is one INSERT: of two at once, one goes on to the next place."""
        taken = cache.get_many(self.places)
        for place in self.places:
            if place not in taken and cache.add(place, 1, self.seconds):
                return
