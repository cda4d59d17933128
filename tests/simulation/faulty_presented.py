"""Mistakes about what backers pay in another currency, for the simulator to find, as in `faulty`."""

from datetime import timedelta

import attrs
from faulty import mistakes_in

from pushcore.memory import FakeGateway, ManualClock, MemoryStore
from pushcore.payments import _presenting, collecting
from pushcore.pledges import Presented
from pushcore.usecases import pledging

__all__ = ["MISTAKES"]


def what_goes_back_is_rounded_alone(patch):
    """Each refund is converted by itself, and together they are more than was charged."""
    patch.setattr(_presenting, "_other", lambda amount, _, __, ___, beyond: beyond(amount))
    return MemoryStore, FakeGateway


def parts_are_rounded_alone(patch):
    """Each part of a pledge is converted by itself."""
    charged = _presenting._charged

    def alone(pledge, shown, part):
        return charged(pledge, shown, None) if part is None else shown.of(part.amount)

    patch.setattr(_presenting, "_charged", alone)
    return MemoryStore, FakeGateway


def the_rate_is_of_another_day(patch):
    """A pledge is placed at the rate of the week before."""
    read_rate = pledging.read_rate

    def late(ports, *args):
        return read_rate(attrs.evolve(ports, clock=ManualClock(ports.now() - timedelta(days=5))), *args)

    patch.setattr(pledging, "read_rate", late)
    return MemoryStore, FakeGateway


def backers_are_charged_in_the_campaigns_currency(patch):
    """What they were shown is forgotten when they are charged."""
    patch.setattr(collecting, "charged", lambda *_: None)
    return MemoryStore, FakeGateway


def what_is_presented_is_rounded_up(patch):
    """The platform keeps a unit of every backer from abroad."""
    of = Presented.of
    patch.setattr(Presented, "of", lambda shown, amount: (it := of(shown, amount)) + it.with_minor(1))
    return MemoryStore, FakeGateway


def what_was_presented_is_not_exchanged(patch):
    """The provider has dollars, and the books have euros."""
    booked = collecting.charge_booked

    def at_home(pledge, *args):
        return booked(attrs.evolve(pledge, presented=None), *args)

    patch.setattr(collecting, "charge_booked", at_home)
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
