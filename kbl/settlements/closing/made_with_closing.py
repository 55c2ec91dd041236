"""What is made in the very transaction of a closing by rooms that this one may not know: they register it themselves.

So a closing that stands has it, and a closing for which it cannot be made does not stand.
"""

from collections.abc import Callable

from kbl.settlements.closing.models import Closing

_MAKERS: list[Callable[[Closing], object]] = []


def register(maker: Callable[[Closing], object]) -> None:
    """Have this made with every closing from now on; a second time changes nothing."""
    if maker not in _MAKERS:
        _MAKERS.append(maker)


def make(closing: Closing) -> None:
    """Make all of it, inside the transaction that closes the quarter."""
    for maker in _MAKERS:
        maker(closing)
