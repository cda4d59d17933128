"""Mistakes about what is divided, at once and later, for the simulator to find, as in `faulty`."""

from faulty import mistakes_in

from pushcore.campaigns import settling
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.usecases import _dividing

__all__ = ["MISTAKES"]


def settlements_overtake_disputes(patch):
    """What is won between the reading and the writing is held of a settled campaign, for ever."""
    asks = settling.asks

    def pledges_alone(campaign, *, standing=None, collected):
        return asks(campaign, standing=standing, collected=collected if standing is None else None)

    patch.setattr(settling, "asks", pledges_alone)
    return MemoryStore, FakeGateway


def all_others_are_one_pledge(patch):
    """A fee on each is taken of them once, and a fixed part is full without what comes back."""
    patch.setattr(_dividing, "_by_pledge", lambda _: False)
    return MemoryStore, FakeGateway


def taxes_are_rounded_by_pledge(patch):
    """What comes back of a tax on fees is of the fees of each pledge alone, and some of it stays."""
    patch.setattr(_dividing, "_of_fees", lambda *_: {})
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
