"""Mistakes about refunds that a bank sends back, for the simulator to find, as in `faulty`."""

import attrs
from faulty import mistakes_in

from pushcore.ids import TransactionId
from pushcore.ledger import recipes
from pushcore.memory import FakeGateway, MemoryStore
from pushcore.payments import bouncing
from pushcore.usecases import Reception, telling

__all__ = ["MISTAKES"]


def what_bounces_is_nobodys(patch):
    """It is acknowledged, and written down nowhere: the provider has it, and nobody here."""
    patch.setattr(telling, "_note_bounce", lambda *_: Reception.KNOWN)
    return MemoryStore, FakeGateway


def what_bounces_is_booked_whenever_it_is_told(patch):
    """Each time it is told of it comes back again."""
    bounced, by_name, numbers = recipes.bounced_refund, bouncing.by_name, iter(range(1_000_000))

    def anew(*args, **options):
        made = bounced(*args, **options)
        number = next(numbers)
        return made if not number else attrs.evolve(made, id=TransactionId(f"{made.id}/{number}"))

    def as_if_new(*args):
        gone = by_name(*args)
        return gone if gone is None else attrs.evolve(gone, bounced=False)

    patch.setattr(recipes, "bounced_refund", anew)
    patch.setattr(bouncing, "by_name", as_if_new)
    return MemoryStore, FakeGateway


def the_books_have_it_and_the_backer_does_not(patch):
    """What bounced lies with the provider, and the pledge counts as given back."""
    patch.setattr(bouncing, "_came_back", lambda pledge, _: pledge.moved(pledge.state))
    return MemoryStore, FakeGateway


def the_backer_is_owed_it_and_the_books_are_not(patch):
    """It is owed once more, and the ledger has it as gone."""
    bounced = bouncing.bounced

    def unbooked(*args, **options):
        pledge, changes = bounced(*args, **options)
        return pledge, attrs.evolve(changes, transactions=())

    patch.setattr(bouncing, "bounced", unbooked)
    return MemoryStore, FakeGateway


def the_tip_comes_back_to_the_campaign(patch):
    """What was given on top of the pledge is owed with all the rest."""
    bounced = recipes.bounced_refund

    def untipped(*args, **_):
        return bounced(*args, on_top=())

    patch.setattr(recipes, "bounced_refund", untipped)
    return MemoryStore, FakeGateway


def the_fee_that_is_kept_again_is_forgotten(patch):
    """The provider keeps again what it had given back of its fee, and the books do not."""
    bounced = bouncing.bounced

    def feeless(pledge, refund, *args, **options):
        return bounced(pledge, attrs.evolve(refund, fee=None), *args, **options)

    patch.setattr(bouncing, "bounced", feeless)
    return MemoryStore, FakeGateway


def what_bounces_stays_exchanged(patch):
    """It came back in the currency of the account, and the books have it in that of the campaign."""
    patch.setattr(bouncing, "bounce_booked", lambda *_: ())
    return MemoryStore, FakeGateway


MISTAKES = mistakes_in(globals())
