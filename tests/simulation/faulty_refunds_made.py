"""Mistakes about refunds that somebody makes at the provider, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.errors import Refusal, Refused
from pushcore.ids import TransactionId
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import _owing, noting, refunding
from pushcore.usecases import Reception, telling

__all__ = ["MISTAKES"]


def what_is_told_again_is_booked_again(patch):
    """A refund that was made there is a new one whenever it is told of."""
    booked_there, numbers = noting.booked_there, iter(range(1_000_000))

    def anew(*args):
        made = booked_there(*args)
        return attrs.evolve(made, id=TransactionId(f"{made.id}/{next(numbers)}"))

    patch.setattr(noting, "known", lambda *_: False)
    for module in (noting, refunding):
        patch.setattr(module, "booked_there", anew)
    return MemoryStore, FakeGateway


def what_is_made_there_is_nobodys(patch):
    """It is acknowledged, and written down nowhere."""
    patch.setattr(telling, "_note_refund", lambda *_: Reception.KNOWN)
    return MemoryStore, FakeGateway


def the_books_have_it_and_the_pledge_does_not(patch):
    """Its money is gone, and the pledge counts for all of it."""
    made = noting.made

    def booked(pledge, *args, **options):
        _, changes = made(pledge, *args, **options)
        kept = pledge.moved(pledge.state)
        return kept, attrs.evolve(changes, put=(kept,), deltas=())

    patch.setattr(noting, "made", booked)
    return MemoryStore, FakeGateway


def the_pledge_has_it_and_the_books_do_not(patch):
    """The pledge knows, and the money is still with the provider as far as the ledger goes."""
    made = noting.made

    def unbooked(*args, **options):
        pledge, changes = made(*args, **options)
        kept = [it for it in changes.transactions if "/refunded/" not in it.id]
        return pledge, attrs.evolve(changes, transactions=tuple(kept))

    patch.setattr(noting, "made", unbooked)
    return MemoryStore, FakeGateway


def what_was_declined_is_asked_for_as_well(patch):
    """Somebody gives back by hand what was declined, and it is still owed."""
    patch.setattr(noting, "_declined", lambda _: None)
    patch.setattr(_owing, "still_open", lambda _: ())
    return MemoryStore, FakeGateway


def what_was_declined_waits_for_just_its_amount(patch):
    """Less than that was given back by hand: it is too early for it, for ever."""
    made_good = refunding.made_good

    def exactly(pledge, refund, *args):
        owed = noting.restoring.agreed(pledge).of(refund.charged)
        if owed.amount != refund.amount:
            raise Refused([Refusal("refund-open", "another amount is owed")])
        return made_good(pledge, refund, *args)

    patch.setattr(refunding, "made_good", exactly)
    return MemoryStore, FakeGateway


def what_became_credit_is_taken_for_what_went_back(patch):
    """The provider gives back what the wallet has, and nobody is told."""
    at_once = _owing._at_once
    patch.setattr(_owing, "_at_once", lambda *args, **_: at_once(*args, credit=False))
    return MemoryStore, FakeGateway


def too_much_is_nobodys(patch):
    """What cannot be is taken for known."""
    note = telling._note_refund

    def quiet(*args):
        try:
            return note(*args)
        except Refused:
            return Reception.KNOWN

    patch.setattr(telling, "_note_refund", quiet)
    return MemoryStore, FakeGateway


def debts_of_what_is_made_there_do_not_arise(patch):
    """A refund in the dashboard after the settlement is paid for by nobody."""
    made = noting.made

    def free(*args, **options):
        return made(*args, **options | {"debt": None})

    patch.setattr(noting, "made", free)
    return MemoryStore, FakeGateway


def disputes_do_not_hold_it_up(patch):
    """Of what the bank has taken something goes back besides, before anybody knows who wins."""
    patch.setattr(_owing, "still_open", lambda _: ())
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
